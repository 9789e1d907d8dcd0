/**
 * Goal: offsets are printed as `String` prints them.
 * Method: ascending offsets around every place where digits change, and jumps.
 */
import { expect, test } from "vitest";
import { OffsetText } from "../../../src/document/offset-text.ts";

test("every offset is printed in decimal digits", () => {
  const text = new OffsetText();
  const turns = [0, 1000, 2000, 10_000, 999_000, 1_000_000, 123_456_000, 2 ** 31, 2 ** 32, 2 ** 53 - 2000];
  const offsets = turns.flatMap((turn) =>
    [-1, 0, 1, 9, 10, 99, 100, 999].map((step) => Math.max(0, turn + step)),
  );
  for (const offset of [...offsets, 5, 123_456_789, 4]) expect(text.of(offset)).toBe(String(offset));
});
