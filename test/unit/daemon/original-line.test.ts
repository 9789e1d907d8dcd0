/**
 * Goal: a dead letter's line is found wherever its file stands now, and never another line in its place.
 * Method: real files in a temporary folder, moved, rewritten and removed.
 */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OriginalLines } from "../../../src/daemon/original-line.ts";
import type { DeadLetter } from "../../../src/lane/dead-letters.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { FILE, generationWith, refusedLetter } from "./letter.ts";

const FIRST = '{"n":1}';
const SECOND = '{"n":2,"user_id":"boss"}';
const OFFSET = FIRST.length + 1;
const letter = refusedLetter(generationWith(FIRST), OFFSET, '{"n":2}');

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "original-line-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(content: string | Buffer, name = FILE): void {
  writeFileSync(join(directory, name), content);
}

async function find(wanted: DeadLetter = letter): Promise<string | undefined> {
  const line = await new OriginalLines(directory, "", systemFiles).find(wanted);
  return line?.toString("latin1");
}

/** The letter of a line that is no JSON object. */
function brokenLetter(line: string): DeadLetter {
  const sha256 = createHash("sha256").update(line).digest("hex");
  return { ...letter, line: Buffer.from(line.slice(0, 8)), lengthBytes: line.length, sha256 };
}

test("the line is read as it stands in the file, what redaction dropped included", async () => {
  write(`${FIRST}\n${SECOND}\n`);
  expect(await find()).toBe(SECOND);
});

test("a long line is found whole", async () => {
  const long = JSON.stringify({ n: 2, text: "x".repeat(300_000) });
  write(`${FIRST}\n${long}\n`);
  expect(await find()).toBe(long);
});

test("a renamed file is recognised, also where other files are in the way", async () => {
  write(`${FIRST}\n${SECOND}\n`);
  renameSync(join(directory, FILE), join(directory, "old.jsonl.1"));
  write('{"n":0}\n');
  write("", "empty.jsonl");
  mkdirSync(join(directory, "folder.jsonl"));
  expect(await find()).toBe(SECOND);
});

test("the line of a later generation is found under the same first line", async () => {
  write(`${FIRST}\n${SECOND}\n`);
  expect(await find(refusedLetter(generationWith(FIRST, 2), OFFSET, '{"n":2}'))).toBe(SECOND);
});

test.each([
  ["another first line", `{"n":7}\n${SECOND}\n`],
  ["another line at the place", `${FIRST}\n{"n":3,"user_id":"boss"}\n`],
  ["the middle of a line at the place", `${FIRST} ${SECOND}\n`],
  ["an unfinished line at the place", `${FIRST}\n${SECOND}`],
  ["nothing at the place", `${FIRST}\n`],
])("nothing is found in a file with %s", async (_what, content) => {
  write(content);
  expect(await find()).toBeUndefined();
});

test("a line that is no JSON object is found by its length and its hash", async () => {
  const broken = "torn in the middle";
  write(`${FIRST}\n${broken}\n`);
  expect(await find(brokenLetter(broken))).toBe(broken);
  expect(await find(brokenLetter("torn at the end   "))).toBeUndefined();
  expect(await find(brokenLetter("torn"))).toBeUndefined();
});

test("a link in the folder is not followed", async () => {
  const elsewhere = join(directory, "elsewhere");
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, FILE), `${FIRST}\n${SECOND}\n`);
  symlinkSync(join(elsewhere, FILE), join(directory, FILE));
  expect(await find()).toBeUndefined();
});

test("a folder that is gone holds no line", async () => {
  rmSync(directory, { recursive: true });
  expect(await find()).toBeUndefined();
});
