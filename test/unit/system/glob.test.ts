/**
 * Goal: a glob means what it means in a shell, for plain names.
 * Method: a table of globs, names that match and names that do not.
 */
import { expect, test } from "vitest";
import { globToRegExp } from "../../../src/system/glob.ts";

test.each([
  [
    "*.jsonl",
    ["a.jsonl", "audit-2024-01-01.jsonl", "日.jsonl"],
    ["a.json", ".jsonl", "a.jsonl.gz", "ajsonl", "d/a.jsonl"],
  ],
  ["audit-????-??.log", ["audit-2024-01.log"], ["audit-2024-1.log", "audit-2024-012.log"]],
  ["?.log", ["a.log", "😀.log"], [".log", "ab.log", "..log"]],
  ["a+b(c)[d]{e}^$|.txt", ["a+b(c)[d]{e}^$|.txt"], ["aab.txt", "a+bc[d]{e}^$|.txt"]],
  [".*", [".hidden"], ["shown"]],
  ["**", ["anything", "with\nnewline"], [".hidden", "a/b"]],
])("%s", (glob, matching, others) => {
  const pattern = globToRegExp(glob);
  for (const name of matching) expect(pattern.test(name), name).toBe(true);
  for (const name of others) expect(pattern.test(name), name).toBe(false);
});

test("a glob of many stars does not take for ever", () => {
  const pattern = globToRegExp("*a*a*a*a*");
  expect(pattern.test(`${"b".repeat(200)}`)).toBe(false);
});
