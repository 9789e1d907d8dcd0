/**
 * Goal: a bar is as long as its share. Method: a table around each boundary.
 */
import { expect, test } from "vitest";
import { bar } from "../../../src/cli/bar.ts";

test.each([
  [0, ""],
  [0.0001, "▏"],
  [0.125, "█"],
  [0.5, "████"],
  [0.55, "████▍"],
  [1, "████████"],
  [7, "████████"],
  [-1, ""],
])("a share of %d of eight characters is %j", (share, text) => {
  expect(bar(share, 8)).toBe(text);
});
