// Goal: quantiles are within half a percent, in little memory. Method: amounts whose quantiles are known.
import { expect, test } from "vitest";
import { Quantiles } from "../../../src/usage/quantiles.ts";

function quantiles(amounts: readonly bigint[]): Quantiles {
  const all = new Quantiles();
  for (const amount of amounts) all.add(amount);
  return all;
}

test("there are none of nothing", () => {
  expect(new Quantiles().at(0.5)).toBeUndefined();
});

test("nothing costs nothing", () => {
  expect(quantiles([0n, 0n, 5n]).at(0.5)).toBe(0n);
});

test("half and 95 of 100 are found among amounts of all sizes", () => {
  const amounts = Array.from({ length: 1000 }, (_, index) => BigInt(index + 1) ** 6n);
  const all = quantiles(amounts);
  for (const [share, exact] of [
    [0.5, 500 ** 6],
    [0.95, 950 ** 6],
    [1, 1000 ** 6],
  ] as const)
    expect(Math.abs(Number(all.at(share)) / exact - 1)).toBeLessThan(0.0051);
});

test("the largest amount there can be is no problem", () => {
  const largest = 2n ** 63n - 1n;
  expect(Math.abs(Number(quantiles([largest]).at(0.5)) / Number(largest) - 1)).toBeLessThan(0.0051);
});
