/**
 * Goal: numbers come back as they were written, in as few bytes as they need.
 * Method: the edges of lengths, and random numbers.
 */

import { expect, test } from "vitest";
import { NumberReader, NumberWriter } from "../../../src/store/leb128.ts";
import { fc } from "../../support/properties.ts";

function written(...numbers: number[]): Uint8Array {
  const writer = new NumberWriter();
  for (const number of numbers) writer.put(number);
  return writer.bytes();
}

test.each([
  [0, [0]],
  [127, [127]],
  [128, [128, 1]],
  [300, [0b1010_1100, 2]],
  [2 ** 32, [128, 128, 128, 128, 16]],
  [2 ** 53, [128, 128, 128, 128, 128, 128, 128, 16]],
])("%d takes as many bytes as it needs", (number, bytes) => {
  expect([...written(number)]).toEqual(bytes);
  expect(new NumberReader(Uint8Array.from(bytes)).next()).toBe(number);
});

test("any numbers come back in their order", () => {
  const number = fc.oneof(fc.nat(), fc.maxSafeInteger().map(Math.abs), fc.constant(2 ** 63));
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      const bytes = written(...numbers);
      const reader = new NumberReader(bytes);
      expect(numbers.map(() => reader.next())).toEqual(numbers);
      expect(reader.at).toBe(bytes.length);
    }),
  );
});

test("many bytes find room", () => {
  const writer = new NumberWriter();
  const bytes = Uint8Array.from({ length: 10_000 }, (_, index) => index % 256);
  writer.put(5);
  writer.putAll(bytes);
  expect(writer.bytes()).toEqual(Uint8Array.from([5, ...bytes]));
});
