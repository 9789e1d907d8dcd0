/**
 * Goal: lines are cut where they end, offsets are those of the file, and the hash of any place can be made.
 * Method: bytes are given by hand, as reads of a file would give them.
 */
import { expect, test } from "vitest";
import { hashTail, TAIL_HASH_BYTES } from "../../../src/tail/checkpoint.ts";
import { CHUNK_BYTES, hashTailAt, LineBuffer } from "../../../src/tail/line-buffer.ts";

const PENDING_MAX = 1000;

function give(buffer: LineBuffer, bytes: Buffer): void {
  const { target, start } = buffer.space();
  bytes.copy(target, start);
  buffer.filled(bytes.length);
}

function take(buffer: LineBuffer): string | undefined {
  const lines = buffer.takeLines();
  return lines?.bytes.subarray(lines.start, lines.end).toString();
}

function begun(): LineBuffer {
  const buffer = new LineBuffer(PENDING_MAX);
  buffer.reset(0, Buffer.alloc(0));
  return buffer;
}

test("whole lines are handed out, the unfinished one stays", () => {
  const buffer = begun();
  give(buffer, Buffer.from("one\ntwo\nthr"));
  expect(take(buffer)).toBe("one\ntwo\n");
  expect(buffer.lineOffset).toBe(8);
  expect(buffer.pending.toString()).toBe("thr");
  expect(buffer.readPosition).toBe(11);
  expect(take(buffer)).toBeUndefined();
  give(buffer, Buffer.from("ee\n"));
  expect(take(buffer)).toBe("three\n");
  expect(buffer.pending.length).toBe(0);
});

test("it begins anywhere in a file, with the bytes before that place", () => {
  const buffer = new LineBuffer(PENDING_MAX);
  const history = Buffer.alloc(TAIL_HASH_BYTES, "h");
  buffer.reset(10_000, history);
  expect(buffer.readPosition).toBe(10_000);
  expect(buffer.tailSha256()).toBe(hashTail(history));
  give(buffer, Buffer.from("one\n"));
  const lines = buffer.takeLines();
  expect(lines).toMatchObject({ offset: 10_000, historyBytes: TAIL_HASH_BYTES });
  expect(buffer.tailSha256()).toBe(hashTail(Buffer.concat([history.subarray(4), Buffer.from("one\n")])));
});

test("a history of another length is a mistake of the caller", () => {
  expect(() => new LineBuffer(PENDING_MAX).reset(100, Buffer.alloc(99))).toThrow();
  expect(() => new LineBuffer(PENDING_MAX).reset(5000, Buffer.alloc(5000))).toThrow();
});

test("a line that grows beyond the limit makes it overfull", () => {
  const buffer = begun();
  give(buffer, Buffer.alloc(PENDING_MAX, "x"));
  expect(take(buffer)).toBeUndefined();
  expect(buffer.isOverfull).toBe(false);
  give(buffer, Buffer.from("x"));
  expect(buffer.isOverfull).toBe(true);
});

test("the hash of a place within handed out lines is that of the bytes before it in the file", () => {
  const file = Buffer.concat(Array.from({ length: 3000 }, (_, index) => Buffer.from(`line ${index}\n`)));
  const buffer = begun();
  for (let start = 0; start < file.length; start += 5000) {
    give(buffer, file.subarray(start, start + 5000));
    const lines = buffer.takeLines();
    if (lines === undefined) continue;
    for (const index of [lines.start, lines.start + 7, lines.end]) {
      const offset = lines.offset + index - lines.start;
      const before = file.subarray(Math.max(0, offset - TAIL_HASH_BYTES), offset);
      expect(hashTailAt(lines.bytes, index, offset)).toBe(hashTail(before));
    }
  }
  expect(buffer.lineOffset).toBe(file.length);
});

test("after a long line the room it took is given back", () => {
  const buffer = new LineBuffer(4 * CHUNK_BYTES);
  buffer.reset(0, Buffer.alloc(0));
  for (let chunk = 0; chunk < 4; chunk++) give(buffer, Buffer.alloc(CHUNK_BYTES, "x"));
  expect(buffer.space().target.length).toBeGreaterThan(4 * CHUNK_BYTES);
  buffer.reset(0, Buffer.alloc(0));
  expect(buffer.space().target.length).toBe(TAIL_HASH_BYTES + CHUNK_BYTES);
});
