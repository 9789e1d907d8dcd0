/**
 * Goal: a file that is made to exhaust the program is a problem like any other.
 * Method: texts as files in memory.
 */
import { expect, test } from "vitest";
import { FILE, problemsOf } from "./loading.ts";

test("aliases that multiply without measure are refused", async () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const repeated = level === 0 ? "x" : Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ");
    return `a${level}: &a${level} [${repeated}]`;
  });
  expect(await problemsOf(levels.join("\n"))).toEqual([
    `${FILE}:1:1: cannot be read: its aliases multiply without measure`,
  ]);
});

test("a text that nests without end is refused", async () => {
  for (const depth of [40, 100_000]) {
    const problems = await problemsOf(`a: ${"[".repeat(depth)}${"]".repeat(depth)}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain("nested");
  }
});
