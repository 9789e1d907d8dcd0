/**
 * Goal: the program knows its version wherever it was started.
 * Method: compare with the package's file.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { programVersion } from "../../../src/system/version.ts";

test("the version is the package's", () => {
  expect(programVersion()).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
});
