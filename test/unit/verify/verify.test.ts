/**
 * Goal: every file is proven for every lane up to its position; lag is no gap, and a lane that cannot be asked is not proven.
 * Method: files in a temporary folder, lanes at positions of the test's choosing, destinations in memory.
 */
import { renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemFiles } from "../../../src/system/files.ts";
import { documentId } from "../../../src/tail/generation.ts";
import { type VerifiedLane, verify } from "../../../src/verify/verify.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { AuditFiles, NAME } from "./audit-file.ts";
import { DENIED, MemoryPresence } from "./memory-presence.ts";

const LINE = `${requestLine()}\n`;
const LATER = "audit-2026-04-04.jsonl";

let files: AuditFiles;
let presence: MemoryPresence;
beforeEach(() => {
  files = new AuditFiles();
  presence = new MemoryPresence();
});
afterEach(() => files.remove());

function lane(changes: Partial<VerifiedLane> = {}): VerifiedLane {
  return { name: "search", checkpoints: [files.checkpoint()], presence, ...changes };
}

async function prove(
  lanes: readonly VerifiedLane[],
  names: readonly string[] = [NAME],
  signal = new AbortController().signal,
) {
  let bytes = 0;
  const found = await Promise.all(names.map((name) => files.stat(name)));
  const proof = await verify(lanes, found, {
    ...{ directory: files.directory, files: systemFiles, rules: documentRules(), letters: undefined },
    ...{ clock: new VirtualClock(), random: { next: () => 0 }, signal },
    onProgress: (more) => {
      bytes += more;
    },
    onMissing: async () => undefined,
  });
  return { ...proof, bytes };
}

test("a gap is told with its file, sink, offset and id", async () => {
  files.append(LINE.repeat(5));
  presence.copiesAt.set(LINE.length, 0);
  const { lanes, gaps, bytes } = await prove([lane()]);
  const id = documentId(files.checkpoint().generation, LINE.length);
  expect(gaps).toEqual([{ file: NAME, sink: "search", offset: LINE.length, id }]);
  expect(lanes).toEqual([
    {
      ...{ sink: "search", lagBytes: 0, lagFiles: 0, expired: 0, missing: 1, fault: undefined },
      files: [
        {
          name: NAME,
          sink: "search",
          lines: 5,
          stored: 4,
          duplicate: 0,
          deadLetter: 0,
          skipped: 0,
          missing: 1,
        },
      ],
    },
  ]);
  expect(bytes).toBe(LINE.length * 5);
});

test("what lies beyond the position is lag", async () => {
  files.append(LINE.repeat(2));
  const checkpoints = [files.checkpoint()];
  files.append(`${LINE}{"unfinished`);
  files.append(LINE, LATER);
  const { lanes, gaps } = await prove([lane({ checkpoints })], [NAME, LATER]);
  expect(gaps).toEqual([]);
  expect(lanes[0]).toMatchObject({ lagBytes: 2 * LINE.length + 12, lagFiles: 2 });
  expect(lanes[0]?.files.map(({ name, lines }) => [name, lines])).toEqual([
    [NAME, 2],
    [LATER, 0],
  ]);
});

test("the destination's own position counts where it is further", async () => {
  files.append(LINE.repeat(2));
  presence.own = [files.checkpoint()];
  const { lanes } = await prove([lane({ checkpoints: [files.checkpoint(NAME, LINE.length)] })]);
  expect(lanes[0]?.files[0]?.lines).toBe(2);
});

test("a file that was renamed is proven under the ids of its first name, and told by its present one", async () => {
  files.append(LINE.repeat(2));
  const { stat } = await files.stat();
  const checkpoint = { ...files.checkpoint(), inode: stat.inode };
  renameSync(join(files.directory, NAME), join(files.directory, "old.jsonl"));
  presence.copiesAt.set(0, 0);
  const { gaps } = await prove([lane({ checkpoints: [checkpoint] })], ["old.jsonl"]);
  expect(gaps).toEqual([
    { file: "old.jsonl", sink: "search", offset: 0, id: documentId(checkpoint.generation, 0) },
  ]);
});

test("a lane that cannot be asked is not proven, the others are", async () => {
  files.append(LINE);
  const denied = new MemoryPresence();
  denied.faults.push(DENIED);
  const { lanes } = await prove([lane({ name: "logs", presence: denied }), lane()]);
  expect(lanes.map(({ sink, fault }) => [sink, fault])).toEqual([
    ["logs", "it may not be read"],
    ["search", undefined],
  ]);
});

test("a file that went away is passed over", async () => {
  files.append(LINE);
  files.append(LINE, LATER);
  const lanes = [lane()];
  const found = [await files.stat(), await files.stat(LATER)];
  unlinkSync(join(files.directory, NAME));
  const proof = await verify(lanes, found, {
    ...{ directory: files.directory, files: systemFiles, rules: documentRules(), letters: undefined },
    ...{ clock: new VirtualClock(), random: { next: () => 0 }, signal: new AbortController().signal },
    ...{ onProgress: () => undefined, onMissing: async () => undefined },
  });
  expect(proof.lanes[0]).toMatchObject({ fault: undefined, files: [{ name: LATER, lines: 0 }] });
});

test("nothing is proven once it is interrupted", async () => {
  files.append(LINE);
  const { lanes } = await prove([lane()], [NAME], AbortSignal.abort());
  expect(lanes[0]).toMatchObject({ fault: "interrupted", files: [] });
});
