/**
 * Goal: patterns match what their wildcards say and nothing else.
 * Method: a table of patterns and names on both sides.
 */
import { expect, it } from "vitest";
import { matchesAny } from "../../../src/record/pattern.ts";

it.each([
  ["crm", ["crm"], ["CRM", "crm2", "a crm", ""]],
  ["crm-*", ["crm-", "crm-7", "crm-a/b\nc"], ["crm", "xcrm-7"]],
  ["*/llama-?", ["x/llama-3", "/llama-漢", "a/b/llama-😀"], ["llama-3", "x/llama-33"]],
  ["a.b+[c](d)|{e}^$\\", ["a.b+[c](d)|{e}^$\\"], ["aXb+[c](d)|{e}^$\\"]],
  ["*", ["", "-", "anything"], []],
])("%j", (pattern, matching, others) => {
  const matches = matchesAny([pattern]);
  expect(matching.filter((name) => !matches(name))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

it("needs one of several, and nothing matches none", () => {
  expect(["a", "b", "ab"].map(matchesAny(["a", "b"]))).toEqual([true, true, false]);
  expect(matchesAny([])("")).toBe(false);
});

it("takes no time to fail, however many stars there are", () => {
  expect(matchesAny([`${"*".repeat(10_000)}x`])("a".repeat(10_000))).toBe(false);
});
