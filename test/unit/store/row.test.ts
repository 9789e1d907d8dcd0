/**
 * Goal: nothing in an audit line can harm the columns.
 * Method: odd values, one by one.
 */
import { expect, test } from "vitest";
import {
  finiteNumber,
  KEY_TEXT_CHARACTERS_MAX,
  keyText,
  rowOf,
  statusNumber,
} from "../../../src/store/row.ts";
import { forEachDocument, requestLine } from "../../support/documents.ts";

test.each([
  ["dev", "dev"],
  ["-", "-"],
  ["", ""],
  [7, null],
  [null, null],
  [undefined, null],
  [["dev"], null],
  ["a\0b", "a\ufffdb"],
])("keyText of %j is %j", (value, expected) => {
  expect(keyText(value)).toBe(expected);
});

test("keyText cuts what is too long, and says so", () => {
  const text = keyText("x".repeat(100_000)) ?? "";
  expect(text).toHaveLength(KEY_TEXT_CHARACTERS_MAX);
  expect(text.endsWith("x…")).toBe(true);
  expect(keyText("y".repeat(KEY_TEXT_CHARACTERS_MAX))).toBe("y".repeat(KEY_TEXT_CHARACTERS_MAX));
});

test.each([
  [1.5, 1.5],
  ["1.5", null],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  [true, null],
])("finiteNumber of %j is %j", (value, expected) => {
  expect(finiteNumber(value)).toBe(expected);
});

test.each([
  [404, 404],
  [200.5, null],
  ["200", null],
  [1e300, null],
  [-1, -1],
])("statusNumber of %j is %j", (value, expected) => {
  expect(statusNumber(value)).toBe(expected);
});

test.each([
  [{ elapsed_ms: 7.5 }, 7.5],
  [{ elapsed_ms: undefined, latency_ms: 7 }, null],
  [{ type: "token_usage", elapsed_ms: undefined, latency_ms: 7, duration_seconds: 5 }, 7],
  [{ type: "token_usage", latency_ms: 7 }, 36294],
  [{ type: "embedding_usage", elapsed_ms: undefined, duration_seconds: 5400.5 }, 5_400_500],
  [{ type: "token_usage", elapsed_ms: undefined, duration_seconds: 1e308 }, null],
  [{ type: "token_usage", elapsed_ms: undefined, latency_ms: "7" }, null],
])("a line with %j took %j milliseconds", (members, elapsedMs) => {
  forEachDocument("audit-2026-04-03.jsonl", [requestLine(members)], (document) => {
    expect(rowOf(document).elapsedMs).toBe(elapsedMs);
  });
});
