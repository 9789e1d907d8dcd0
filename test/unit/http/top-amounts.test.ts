/**
 * Goal: a metric has a bounded number of series, each once, and their sum is right.
 * Method: examples; the sum and the uniqueness as properties of any names and amounts.
 */

import { expect, it } from "vitest";
import { topAmounts } from "../../../src/http/top-amounts.ts";
import { fc } from "../../support/properties.ts";

it("the largest amounts keep their names, the rest is added up as other", () => {
  expect(
    topAmounts(
      [
        ["a", 1n],
        ["b", 5n],
        ["c", 3n],
        ["d", 2n],
      ],
      2,
    ),
  ).toEqual([
    ["b", 5n],
    ["c", 3n],
    ["other", 3n],
  ]);
});

it("without a rest there is no other", () => {
  expect(topAmounts([["a", 1n]], 2)).toEqual([["a", 1n]]);
  expect(topAmounts([], 2)).toEqual([]);
});

it("a name that is called other joins the rest", () => {
  expect(
    topAmounts(
      [
        ["other", 9n],
        ["a", 1n],
        ["b", 2n],
      ],
      1,
    ),
  ).toEqual([
    ["b", 2n],
    ["other", 10n],
  ]);
});

it("names that UTF-8 cannot tell apart are one series", () => {
  expect(
    topAmounts(
      [
        ["\ud800", 1n],
        ["\udfff", 2n],
      ],
      50,
    ),
  ).toEqual([["\ufffd", 3n]]);
});

it("a name as long as a text joins the rest", () => {
  expect(topAmounts([["x".repeat(201), 4n]], 50)).toEqual([["other", 4n]]);
});

it("nothing is lost, and no name occurs twice", () => {
  const amount = fc.tuple(fc.constantFrom("a", "b", "c", "other", "\ud800", "\udc00"), fc.bigInt(0n, 9n));
  fc.assert(
    fc.property(fc.array(amount), fc.integer({ min: 0, max: 4 }), (amounts, namesMax) => {
      const top = topAmounts(amounts, namesMax);
      const sum = (list: readonly (readonly [string, bigint])[]) =>
        list.reduce((total, [, n]) => total + n, 0n);
      expect(sum(top)).toBe(sum(amounts));
      expect(new Set(top.map(([name]) => name)).size).toBe(top.length);
      expect(top.length).toBeLessThanOrEqual(namesMax + 1);
    }),
  );
});
