/**
 * Goal: bytes become text only if they are text.
 * Method: a table.
 */
import { expect, test } from "vitest";
import { decodeUtf8 } from "../../../src/config/utf8.ts";

test.each([
  ["plain", Buffer.from("aé日"), "aé日"],
  ["with a byte order mark", Buffer.from([0xef, 0xbb, 0xbf, 0x61]), "a"],
  ["cut in the middle", Buffer.from([0x61, 0xc3]), undefined],
  ["latin1", Buffer.from([0xe9]), undefined],
])("bytes that are %s", (_name, bytes, text) => {
  expect(decodeUtf8(bytes)).toBe(text);
});
