/**
 * Goal: a line of up to 8 MiB is read as one; a longer one costs neither memory nor the lines after it.
 * Method: a real folder; lines of exactly the lengths where something changes.
 */
import { createHash } from "node:crypto";
import { mkdirSync, truncateSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KEPT_HEAD_BYTES, LINE_BYTES_MAX } from "../../../src/tail/block.ts";
import { CHUNK_BYTES } from "../../../src/tail/line-buffer.ts";
import { TailedFolder } from "../../support/tailed-folder.ts";

const TODAY = "audit-2026-04-03.jsonl";
const TOMORROW = "audit-2026-04-04.jsonl";

let folder: TailedFolder;
beforeEach(() => {
  folder = new TailedFolder();
  mkdirSync(folder.directory);
});
afterEach(() => folder.remove());

/** So long that it is over-long before the read that brings its end. */
const OVERLONG_BYTES = LINE_BYTES_MAX + 2 * CHUNK_BYTES;

/** A line whose head and end can be told apart. */
function longLine(lengthBytes: number): Buffer {
  const line = Buffer.alloc(lengthBytes, "x");
  line.write("head");
  line.write("end", lengthBytes - 3);
  return line;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test.each([64 * 1024, LINE_BYTES_MAX])("a line of %d bytes is read as one", async (length) => {
  const line = longLine(length);
  folder.write(TODAY, Buffer.concat([Buffer.from("one\n"), line, Buffer.from("\ntwo\n")]));
  const lines = await folder.read();
  expect(lines.map(({ bytes }) => bytes.length)).toEqual([3, length, 3]);
  expect(lines[1]?.bytes.equals(line)).toBe(true);
  expect(folder.overlong).toEqual([]);
});

test("of a longer line that came in one piece, all is known and the next line is read", async () => {
  const length = OVERLONG_BYTES;
  const line = longLine(length);
  folder.write(TODAY, Buffer.concat([Buffer.from("one\n"), line, Buffer.from("\ntwo\n")]));
  expect(await folder.read()).toMatchObject([
    { text: "one", offset: 0 },
    { text: "two", offset: 4 + length + 1 },
  ]);
  expect(folder.overlong).toMatchObject([
    { offset: 4, endOffset: 4 + length + 1, lengthBytes: length, sha256: sha256(line) },
  ]);
  expect(folder.overlong[0]?.head.equals(line.subarray(0, KEPT_HEAD_BYTES))).toBe(true);
});

test("an over-long line that grows piece by piece stops no other file, and is told once it ends", async () => {
  const line = longLine(OVERLONG_BYTES);
  const there = LINE_BYTES_MAX + CHUNK_BYTES;
  folder.write(TODAY, line.subarray(0, there));
  folder.write(TOMORROW, "other\n");
  expect(await folder.texts()).toEqual(["other"]);
  for (let from = there; from < line.length; from += 170_000) {
    folder.append(TODAY, line.subarray(from, from + 170_000));
    folder.append(TOMORROW, "more\n");
    expect(await folder.texts()).toEqual(["more"]);
  }
  expect(folder.overlong).toEqual([]);
  expect(folder.tail.files()).toMatchObject([
    { name: TODAY, readOffset: 0, partialBytes: line.length },
    { name: TOMORROW, partialBytes: 0 },
  ]);
  folder.append(TODAY, "\nafter\n");
  expect(await folder.read()).toMatchObject([{ text: "after", offset: line.length + 1 }]);
  expect(folder.overlong).toMatchObject([{ lengthBytes: line.length, sha256: sha256(line) }]);
});

test("after an over-long line the file is recognised again by a restart", async () => {
  folder.write(TODAY, Buffer.concat([longLine(OVERLONG_BYTES), Buffer.from("\n")]));
  expect(await folder.texts()).toEqual([]);
  expect(folder.overlong).toHaveLength(1);
  await folder.restart();
  folder.append(TODAY, "after\n");
  expect(await folder.texts()).toEqual(["after"]);
  expect(folder.overlong).toHaveLength(1);
});

test("an over-long line that is truncated away is forgotten", async () => {
  folder.write(TODAY, Buffer.concat([Buffer.from("one\n"), longLine(OVERLONG_BYTES)]));
  expect(await folder.texts()).toEqual(["one"]);
  truncateSync(folder.path(TODAY), 4);
  expect(await folder.texts()).toEqual([]);
  folder.append(TODAY, "two\n");
  expect(await folder.read()).toMatchObject([{ text: "two", offset: 4 }]);
  expect(folder.overlong).toEqual([]);
});
