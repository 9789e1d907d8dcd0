/**
 * Goal: no raw key that can be recognised stays in bytes that are no JSON object, and nothing else is changed.
 * Method: torn lines by hand.
 */
import { expect, it } from "vitest";
import { isNoKey, maskRawKeys } from "../../../src/record/api-key.ts";

const masked = (text: string): string => maskRawKeys(Buffer.from(text)).toString();

it.each([
  ['{"ts": "2026", "api_key": "sk-123", "agent', '{"ts": "2026", "api_key": "******", "agent'],
  ['{"api_key":"sk-1', '{"api_key":"****'],
  ['{"api_key" :\t"sk-\\"1\\\\" x', '{"api_key" :\t"****"**" x'],
  ['{"api_key": 12345, "a": 1', '{"api_key": *****, "a": 1'],
  ['{"api_key": {"id": 1, "k": "sk-1"}, "a', '{"api_key": ***"**"******"*"**"****"}, "a'],
  ['{"api_key": "sk-1"}{"api_key": "sk-2"}', '{"api_key": "****"}{"api_key": "****"}'],
  ['{"api_key": "sk-漢', '{"api_key": "******'],
  ['{"api_key": "", "b": 1', '{"api_key": "", "b": 1'],
])("%s", (text, expected) => {
  expect(masked(text).replace(/\*+/g, "*")).toBe(expected.replace(/\*+/g, "*"));
  expect(Buffer.byteLength(masked(text))).toBe(Buffer.byteLength(text));
});

it("returns other bytes as they are", () => {
  for (const text of ["", "torn", '{"api_key_hash": "00ff", "x', '{"query": "api_key: sk-1'])
    expect(masked(text)).toBe(text);
  const bytes = Buffer.from([0xff, 0x22, 0x00]);
  expect(maskRawKeys(bytes)).toBe(bytes);
});

it("knows what stands for no key", () => {
  expect([null, "", "-"].map(isNoKey)).toEqual([true, true, true]);
  expect(["sk", 0, {}, undefined].map(isNoKey)).toEqual([false, false, false, false]);
});
