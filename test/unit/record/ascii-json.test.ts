/**
 * Goal: JSON in which one character is one byte, and which means the same.
 * Method: texts from every corner of Unicode, parsed back.
 */
import { expect, test } from "vitest";
import { asciiJson } from "../../../src/record/ascii-json.ts";

test.each([
  "plain",
  "",
  'quote " and \\',
  "\u0000\u001f\u007f\u0080\u00ff",
  "记忆",
  "😀",
  "\ud800",
  "\u2028\u2029",
])("%j comes back as it was, in ASCII only", (text) => {
  const json = asciiJson({ [text]: text });
  expect(json).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(json)).toEqual({ [text]: text });
});
