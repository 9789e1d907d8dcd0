/**
 * Goal: ids are those of the published formula, for ever.
 * Method: the golden documents; the formula written out here a second time.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dayInName, documentId, identifyGeneration } from "../../../src/tail/generation.ts";

const NAME = "audit-2026-04-03.jsonl";
const GOLDEN = new URL("../../fixtures/golden/", import.meta.url);

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

test("the golden documents have the ids of the formula", () => {
  const input = readFileSync(new URL("input.jsonl", GOLDEN));
  const expected = readFileSync(new URL("expected.jsonl", GOLDEN), "utf8").trimEnd().split("\n");
  const generation = identifyGeneration("", NAME, input.subarray(0, input.indexOf(0x0a)), 0);
  let offset = 0;
  const ids = input
    .toString("latin1")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const id = documentId(generation, offset);
      offset += line.length + 1;
      return id;
    });
  expect(ids).toEqual(expected.map((line) => JSON.parse(line)._id));
});

describe("the id of a generation", () => {
  test("is made of instance, name and first line", () => {
    expect(identifyGeneration("", NAME, Buffer.from("{}"), 0).id).toBe(hash(`\0${NAME}\0{}`));
    expect(identifyGeneration("two", NAME, Buffer.from("{}"), 0).id).toBe(hash(`two\0${NAME}\0{}`));
  });

  test("has a number only from 1 on", () => {
    expect(identifyGeneration("", NAME, Buffer.from("{}"), 1).id).toBe(hash(`\0${NAME}\0{}\0${1}`));
    expect(identifyGeneration("", NAME, Buffer.from("{}"), 12).id).toBe(hash(`\0${NAME}\0{}\0${12}`));
  });

  test("differs where any of these differs", () => {
    const ids = [
      identifyGeneration("", "a", Buffer.from("x"), 0),
      identifyGeneration("i", "a", Buffer.from("x"), 0),
      identifyGeneration("", "b", Buffer.from("x"), 0),
      identifyGeneration("", "a", Buffer.from("y"), 0),
      identifyGeneration("", "a", Buffer.from("x"), 1),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test.each([
  ["audit-2026-04-03.jsonl", "2026-04-03"],
  ["2026-04-03-to-2026-04-04.jsonl", "2026-04-03"],
  ["audit-2026-04-03.1.jsonl", "2026-04-03"],
  ["audit.jsonl", undefined],
  ["audit-2026-13-03.jsonl", undefined],
  ["audit-2026-04-00.jsonl", undefined],
  ["audit-2026-02-31.jsonl", undefined],
  ["audit-2026-02-29-2024-02-29.jsonl", "2024-02-29"],
  ["audit-20260403.jsonl", undefined],
])("the day in the name %s is %s", (name, day) => {
  expect(dayInName(name)).toBe(day);
});
