/**
 * Goal: `verify` learns which bodies are there, by one look at each day of a file, and why it cannot look.
 * Method: a store whose lists the test writes and counts.
 */
import { describe, expect, test } from "vitest";
import type { Document } from "../../../../src/document/document.ts";
import type { BodyStore, ListReport } from "../../../../src/sinks/bodies/body-store.ts";
import { bodiesPresence } from "../../../../src/sinks/bodies/presence.ts";
import { PresenceFault } from "../../../../src/sinks/presence.ts";
import { documentId, type Generation } from "../../../../src/tail/generation.ts";
import { forEachDocument, generationOf, requestLine } from "../../../support/documents.ts";
import { retrievalLine } from "../../../support/retrieval-lines.ts";
import { FILE } from "./bodies-of.ts";

const DATED = generationOf(FILE, ["first"]);
const UNDATED = generationOf("audit.jsonl", ["first"]);
const APRIL_3 = Date.UTC(2026, 3, 3, 12);
const DAY_MS = 86_400_000;
const signal = new AbortController().signal;

function presenceOf(list: (day: string, beginning: string) => ListReport, retentionDays?: number) {
  const looks: string[] = [];
  let closed = 0;
  const store = {
    list: async (day: string, beginning: string) => {
      looks.push(day);
      return list(day, beginning);
    },
    close: async () => {
      closed++;
    },
  } as unknown as BodyStore;
  return { presence: bodiesPresence(store, retentionDays), looks, closed: () => closed };
}

function holding(generation: Generation, ...offsets: readonly number[]): ListReport {
  return { outcome: "found", ids: new Set(offsets.map((offset) => documentId(generation, offset))) };
}

function at(offset: number, timestampMs = APRIL_3) {
  return { offset, timestampMs };
}

describe("what is there", () => {
  test("is told line by line, after one look", async () => {
    const { presence, looks } = presenceOf(() => holding(DATED, 0, 200));
    expect(await presence.copies(DATED, [at(0), at(100), at(200)], signal)).toEqual([1, 0, 1]);
    expect(await presence.copies(DATED, [at(300), at(0, 0)], signal)).toEqual([0, 1]);
    expect(looks).toEqual(["2026-04-03"]);
  });

  test("lies under the day of the record where the file has none", async () => {
    const { presence, looks } = presenceOf((day) => holding(UNDATED, day === "2026-04-03" ? 0 : 100));
    const lines = [at(0), at(100), at(100, APRIL_3 + DAY_MS)];
    expect(await presence.copies(UNDATED, lines, signal)).toEqual([1, 0, 1]);
    expect(looks).toEqual(["2026-04-03", "2026-04-04"]);
  });

  test("is asked for again after it could not be told", async () => {
    let answer: ListReport = {
      outcome: "unavailable",
      reason: "http_503",
      message: "S3 answered 503",
      retryAfterMs: 5,
    };
    const { presence } = presenceOf(() => answer);
    await expect(presence.copies(DATED, [at(0)], signal)).rejects.toMatchObject({
      ...{ message: "S3 answered 503", isPassing: true, retryAfterMs: 5 },
    });
    answer = { outcome: "blocked", reason: "AccessDenied", message: "S3 answered AccessDenied" };
    await expect(presence.copies(DATED, [at(0)], signal)).rejects.toThrow(PresenceFault);
    answer = holding(DATED, 0);
    expect(await presence.copies(DATED, [at(0)], signal)).toEqual([1]);
  });
});

test("only lines with a body are asked about", () => {
  const { presence } = presenceOf(() => holding(DATED));
  const skipped: unknown[] = [];
  const look = (document: Document) => void skipped.push(presence.skips?.(document));
  forEachDocument(FILE, [requestLine(), retrievalLine("q", [])], look, {
    bodies: { place: "", key: undefined },
  });
  expect(skipped).toEqual([true, false]);
});

test("it knows after how long bodies are deleted, and closes the store", async () => {
  expect(await presenceOf(() => holding(DATED)).presence.retentionMs(signal)).toBeUndefined();
  const { presence, closed } = presenceOf(() => holding(DATED), 30);
  expect(await presence.retentionMs(signal)).toBe(30 * DAY_MS);
  await presence.close();
  expect(closed()).toBe(1);
});
