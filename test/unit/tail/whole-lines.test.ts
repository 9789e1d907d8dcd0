/**
 * Goal: a file is read line by line from its beginning, whatever the length of its lines.
 * Method: files of a scratch folder.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemFiles } from "../../../src/system/files.ts";
import { LINE_BYTES_MAX } from "../../../src/tail/block.ts";
import { CHUNK_BYTES } from "../../../src/tail/line-buffer.ts";
import { readWholeLines } from "../../../src/tail/whole-lines.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mem0-whole-lines-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The lines of a file with this content, each with its offset; of those that are too long the offset alone. */
async function read(content: string): Promise<(readonly [offset: number, line: string] | number)[]> {
  const path = join(folder, "audit.jsonl");
  writeFileSync(path, content);
  const file = await systemFiles.open(path);
  const found: (readonly [number, string] | number)[] = [];
  try {
    for await (const lines of readWholeLines(file)) {
      if (typeof lines === "number") found.push(lines);
      else {
        let offset = lines.offset;
        for (const line of lines.bytes.toString("latin1", lines.start, lines.end).split("\n").slice(0, -1)) {
          found.push([offset, line]);
          offset += line.length + 1;
        }
      }
    }
  } finally {
    await file.close();
  }
  return found;
}

test("whole lines with their offsets; an unfinished last line is none yet", async () => {
  expect(await read("one\n\nthree\nfour")).toEqual([
    [0, "one"],
    [4, ""],
    [5, "three"],
  ]);
  expect(await read("")).toEqual([]);
});

test("more lines than are held at once", async () => {
  const lines = Array.from({ length: 50_000 }, (_, number) => `line ${number}`);
  const found = await read(`${lines.join("\n")}\n`);
  expect(found.map((line) => (typeof line === "number" ? line : line[1]))).toEqual(lines);
});

test("a line that is too long is told by its place, and those around it are read", async () => {
  const long = "x".repeat(LINE_BYTES_MAX + CHUNK_BYTES);
  expect(await read(`one\n${long}\nthree\n`)).toEqual([[0, "one"], 4, [4 + long.length + 1, "three"]]);
  expect(await read(`one\n${long}`)).toEqual([[0, "one"]]);
});
