/**
 * Goal: files of the program are found wherever it is installed.
 * Method: one that is there and one that is not.
 */
import { expect, test } from "vitest";
import { programFile, readAsset } from "../../../src/system/asset.ts";

test("a file beside the code", () => {
  expect(readAsset(new URL("./asset.test.ts", import.meta.url))).toContain("a file beside the code");
  expect(readAsset(import.meta.url)).toContain("a file beside the code");
});

test("a file of the program by its path", () => {
  expect(readAsset(programFile("http/page/icon.svg"))).toContain("<svg");
});

test("what is missing is an error that names it", () => {
  expect(() => readAsset(new URL("./none.css", import.meta.url))).toThrow("none.css");
});
