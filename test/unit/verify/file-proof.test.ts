/**
 * Goal: each line of a file has exactly one fate, found where it must be: at the destination, among the dead letters, or
 * by rule; what has none is missing, and nothing else is.
 * Method: one file, a destination and dead letters whose contents the test names.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { documentId } from "../../../src/tail/generation.ts";
import { type MissingLines, proveFile } from "../../../src/verify/file-proof.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { AuditFiles } from "./audit-file.ts";
import { DENIED, MemoryPresence } from "./memory-presence.ts";

const LINE = `${requestLine()}\n`;
const NOW_MS = Date.UTC(2026, 3, 10);
const DAY_MS = 86_400_000;

let files: AuditFiles;
let presence: MemoryPresence;
beforeEach(() => {
  files = new AuditFiles();
  presence = new MemoryPresence();
});
afterEach(() => files.remove());

/** Proves the file; `letters` are the offsets of dead letters. */
async function prove(letters: readonly number[] = [], signal = new AbortController().signal) {
  const position = files.checkpoint();
  const ids = letters.map((offset) => documentId(position.generation, offset));
  const progress: number[] = [];
  const missing: MissingLines[] = [];
  const { fates, expired } = await proveFile(await files.open(), position, {
    ...{ sink: "search", presence, signal, rules: documentRules(), random: { next: () => 0 } },
    letters: { knows: (sink, id) => sink === "search" && ids.includes(id) },
    clock: new VirtualClock(NOW_MS),
    onProgress: (offset) => progress.push(offset),
    onMissing: async (some) => void missing.push(some),
  });
  return {
    fates,
    expired,
    progress,
    missing: missing.flatMap(({ lines }) => lines.map(({ offset }) => offset)),
  };
}

test("counts every line once, and finds those that are nowhere", async () => {
  // 0 stored, 1 missing, 2 twice there, 3 refused, 4 blank, 5 torn with a letter, 6 torn without, 7 stored
  files.append(`${LINE}${LINE}${LINE}${LINE}\ntorn\ntorn\n${LINE}`);
  const at = (line: number) => LINE.length * line;
  presence.copiesAt.set(at(1), 0).set(at(2), 2).set(at(3), 0);
  const { fates, missing } = await prove([at(3), at(4) + 1]);
  expect(fates).toEqual({ lines: 8, stored: 2, duplicate: 1, deadLetter: 2, skipped: 1, missing: 2 });
  expect(missing).toEqual([at(1), at(4) + 6]);
});

test("asks for a page of lines at a time, and only for documents", async () => {
  files.append(`${LINE}\n${LINE}${LINE}${LINE}`);
  const { fates, progress } = await prove();
  expect(fates).toMatchObject({ lines: 5, stored: 4, skipped: 1 });
  expect(presence.asked.map((lines) => lines.length)).toEqual([2, 2]);
  expect(progress).toHaveLength(2);
});

test("what the destination does not get is skipped and not asked for", async () => {
  files.append(`${requestLine({ status: 404 })}\n${LINE}`);
  expect((await prove()).fates).toMatchObject({ lines: 2, stored: 1, skipped: 1 });
  expect(presence.asked.flat()).toHaveLength(1);
});

test("what is older than the destination keeps is proven by the position alone", async () => {
  const old = `${requestLine({ ts: "2026-04-03T00:00:00Z" })}\n`;
  const young = `${requestLine({ ts: "2026-04-09T00:00:00Z" })}\n`;
  files.append(`${old}${young}`);
  presence.copiesAt.set(0, 0).set(old.length, 0);
  presence.retention = 3 * DAY_MS;
  expect(await prove()).toMatchObject({
    fates: { lines: 2, stored: 1, missing: 1 },
    expired: 1,
    missing: [old.length],
  });
});

test("an empty file has nothing to prove", async () => {
  files.append("");
  expect((await prove()).fates).toMatchObject({ lines: 0, missing: 0 });
  expect(presence.asked).toEqual([]);
});

test("what keeps the destination from answering is thrown", async () => {
  files.append(LINE);
  presence.faults.push(DENIED);
  await expect(prove()).rejects.toBe(DENIED);
});

test("ends early when it is interrupted", async () => {
  files.append(LINE.repeat(20));
  expect((await prove([], AbortSignal.abort())).fates.lines).toBe(3);
});
