/**
 * Goal: the hash that proves a checkpoint is a plain SHA-256, the same on every machine, also at the beginning.
 * Method: known values.
 */
import { expect, test } from "vitest";
import { beginningOf, hashTail } from "../../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";

test.each([
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
])("the hash of %j", (text, expected) => {
  expect(hashTail(Buffer.from(text))).toBe(expected);
});

test("a generation of which nothing is settled begins at its first byte, under its own name", () => {
  const generation = identifyGeneration("", "audit.jsonl", Buffer.from("first"), 0);
  expect(beginningOf(generation)).toMatchObject({
    offset: 0,
    tailSha256: hashTail(Buffer.alloc(0)),
    seenAs: "audit.jsonl",
  });
});
