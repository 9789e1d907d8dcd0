/**
 * Goal: a checkpoint counts for a file only as long as the file still holds what was read up to it.
 * Method: real files in a temporary folder, checkpoints made of their bytes.
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recognise } from "../../../src/checkpoint/recognise.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { type Checkpoint, hashTail } from "../../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";

const NAME = "audit-2026-04-03.jsonl";
const CONTENT = '{"a":1}\n{"a":2}\n{"a":3}\n';

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recognise-"));
  writeFileSync(join(folder, NAME), CONTENT);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function checkpointAt(offset: number, changes: Partial<Checkpoint> = {}): Checkpoint {
  const generation = identifyGeneration("", NAME, Buffer.from('{"a":1}'), 0);
  const tailSha256 = hashTail(Buffer.from(CONTENT.slice(0, offset)));
  return { generation, offset, tailSha256, lastTimestamp: undefined, seenAs: NAME, inode: "", ...changes };
}

async function recognised(name: string, known: readonly Checkpoint[]): Promise<number | undefined> {
  const path = join(folder, name);
  const stat = await systemFiles.stat(path);
  const file = await systemFiles.open(path);
  try {
    return stat && (await recognise(name, stat, file, known))?.offset;
  } finally {
    await file.close();
  }
}

test("the furthest of several counts", async () => {
  expect(await recognised(NAME, [checkpointAt(8), checkpointAt(16), checkpointAt(0)])).toBe(16);
});

test("a file that was renamed is known by its inode", async () => {
  const inode = (await systemFiles.stat(join(folder, NAME)))?.inode ?? "";
  renameSync(join(folder, NAME), join(folder, "old.jsonl"));
  expect(await recognised("old.jsonl", [checkpointAt(16)])).toBeUndefined();
  expect(await recognised("old.jsonl", [checkpointAt(16, { inode })])).toBe(16);
});

test.each([
  ["is shorter by now", CONTENT.slice(0, 8)],
  ["begins with another line", CONTENT.replace("1", "7")],
  ["has other bytes before the offset", CONTENT.replace("2", "7")],
  ["has no whole line", '{"a":1}'],
])("it does not count where the file %s", async (_, content) => {
  writeFileSync(join(folder, NAME), content);
  expect(await recognised(NAME, [checkpointAt(16)])).toBeUndefined();
});
