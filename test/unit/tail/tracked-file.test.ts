/**
 * Goal: a file's first line and history are read as the formula of the ids needs them; files have one order.
 * Method: a file in memory that gives a few bytes at a time; states written by hand.
 */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OpenFile } from "../../../src/system/files.ts";
import { hashTail } from "../../../src/tail/checkpoint.ts";
import { FIRST_LINE_BYTES_MAX, identifyGeneration } from "../../../src/tail/generation.ts";
import {
  byAge,
  continueOverlong,
  readFirstLine,
  readFully,
  readHistory,
  startOverlong,
  TrackedFile,
} from "../../../src/tail/tracked-file.ts";

/** A file whose reads give at most 1000 bytes. */
function fileOf(content: Buffer): OpenFile {
  return {
    stat: async () => ({ kind: "file", inode: "1:1", sizeBytes: content.length, modifiedMs: 0 }),
    read: async (target, start, length, position) =>
      content.copy(target, start, position, Math.min(position + Math.min(length, 1000), content.length)),
    close: async () => undefined,
  };
}

function tracked(name: string, changes: Partial<TrackedFile> = {}, number = 0): TrackedFile {
  const generation = identifyGeneration("", name, Buffer.from("first"), number);
  return Object.assign(
    new TrackedFile({ generation, offset: 0, tailSha256: "", seenAs: name, inode: "1:1" }),
    changes,
  );
}

test("reads are repeated until all is there or the file ends", async () => {
  const content = Buffer.alloc(3500, "x");
  expect((await readFully(fileOf(content), 100, 3000)).length).toBe(3000);
  expect((await readFully(fileOf(content), 3000, 3000)).length).toBe(500);
});

describe("the first line", () => {
  test.each([
    ["is without its newline", "one\ntwo\n", "one"],
    ["may be empty", "\ntwo\n", ""],
    ["is not there while it has no newline", "one", undefined],
    ["is not there in an empty file", "", undefined],
    ["may be long", `${"x".repeat(50_000)}\n`, "x".repeat(50_000)],
    ["of exactly 64 KiB is whole", `${"x".repeat(FIRST_LINE_BYTES_MAX)}\n`, "x".repeat(FIRST_LINE_BYTES_MAX)],
    ["of exactly 64 KiB waits for its newline", "x".repeat(FIRST_LINE_BYTES_MAX), undefined],
    ["that is longer is cut", "x".repeat(FIRST_LINE_BYTES_MAX + 1), "x".repeat(FIRST_LINE_BYTES_MAX)],
  ])("%s", async (_, content, line) => {
    const found = await readFirstLine(fileOf(Buffer.from(content)));
    expect(found?.toString()).toBe(line);
  });
});

describe("the history before an offset", () => {
  const content = Buffer.from(Array.from({ length: 2000 }, (_, index) => `line ${index}\n`).join(""));

  test.each([0, 10, 4096, 9000])("is given where it is the one that was read, at %d", async (offset) => {
    const expected = content.subarray(Math.max(0, offset - 4096), offset);
    expect(await readHistory(fileOf(content), offset, hashTail(expected))).toEqual(expected);
  });

  test("is not given where the bytes differ or are gone", async () => {
    const sha256 = hashTail(content.subarray(9000 - 4096, 9000));
    const changed = Buffer.from(content);
    changed[8000] = 0;
    expect(await readHistory(fileOf(changed), 9000, sha256)).toBeUndefined();
    expect(await readHistory(fileOf(content.subarray(0, 8999)), 9000, sha256)).toBeUndefined();
  });
});

test("of an over-long line head, length, hash and last bytes are kept", () => {
  const line = Buffer.from(Array.from({ length: 5000 }, (_, index) => `part ${index},`).join(""));
  const scan = startOverlong(line.subarray(0, 10_000), 100);
  for (let start = 10_000; start < line.length; start += 777)
    continueOverlong(scan, line.subarray(start, start + 777));
  expect(scan.head).toEqual(line.subarray(0, 100));
  expect(scan.lengthBytes).toBe(line.length);
  expect(scan.tail).toEqual(line.subarray(-4096));
  expect(scan.hash.digest("hex")).toBe(createHash("sha256").update(line).digest("hex"));
});

test("files go by the day in the name, without one by the day of the last write, then by name and number", () => {
  const dayMs = Date.UTC(2026, 3, 3, 23);
  const files = [
    tracked("b-2026-04-03.jsonl"),
    tracked("audit-2026-04-05.jsonl"),
    tracked("a-2026-04-03.jsonl", {}, 1),
    tracked("undated.jsonl", { modifiedMs: dayMs }),
    tracked("a-2026-04-03.jsonl"),
    tracked("audit-2026-04-01.jsonl"),
  ];
  expect(files.sort(byAge).map(({ generation }) => `${generation.name} ${generation.number}`)).toEqual([
    "audit-2026-04-01.jsonl 0",
    "a-2026-04-03.jsonl 0",
    "a-2026-04-03.jsonl 1",
    "b-2026-04-03.jsonl 0",
    "undated.jsonl 0",
    "audit-2026-04-05.jsonl 0",
  ]);
});

describe("an unfinished last line", () => {
  test("counts as partial once it was looked at", () => {
    const file = tracked("a", { readOffset: 10, scannedTo: 15, sizeBytes: 15 });
    expect(file.partialBytes).toBe(5);
    expect(file.hasUnread).toBe(false);
  });

  test("is unread before", () => {
    const file = tracked("a", { readOffset: 10, scannedTo: 10, sizeBytes: 15 });
    expect(file.partialBytes).toBe(0);
    expect(file.hasUnread).toBe(true);
  });

  test("of a generation that ended is gone", () => {
    const file = tracked("a", { readOffset: 10, scannedTo: 10, sizeBytes: 15, hasEnded: true });
    expect(file.hasUnread).toBe(false);
    expect(file.partialBytes).toBe(0);
  });
});
