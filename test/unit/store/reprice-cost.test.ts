/**
 * Goal: a bucket's cost is computed again exactly, or not at all.
 * Method: tables of amounts that were worked out by hand.
 */
import { describe, expect, it } from "vitest";
import { rateOf } from "../../../src/cost/money.ts";
import { INTEGER_MAX } from "../../../src/store/bucket.ts";
import { type BucketTokens, repricedCost } from "../../../src/store/reprice-cost.ts";

const rates = (input: bigint, output: bigint, divisor = 1n) => ({
  input: rateOf(input, divisor),
  output: rateOf(output, divisor),
});

/** 1000 and 100 tokens of four records, of which 300 and 30 are repeated. */
const TOKENS: BucketTokens = {
  usageRecords: 4n,
  inputTokens: 1000n,
  outputTokens: 100n,
  repeatedInputTokens: 300n,
  repeatedOutputTokens: 30n,
};
const cost = (totalPicousd: bigint, lowerBoundPicousd: bigint, unpricedRecords = 0n) => ({
  totalPicousd,
  lowerBoundPicousd,
  unpricedRecords,
});
const AT_2_AND_5 = cost(2500n, 1750n);

describe("repricedCost", () => {
  it("takes tokens times the new rates, and the lower bound without what is repeated", () => {
    expect(repricedCost(AT_2_AND_5, TOKENS, rates(2n, 5n), rates(3n, 7n))).toEqual(cost(3700n, 2590n));
  });

  it("knows models without a price, before and after", () => {
    expect(repricedCost(cost(0n, 0n, 4n), TOKENS, undefined, rates(2n, 5n))).toEqual(AT_2_AND_5);
    expect(repricedCost(AT_2_AND_5, TOKENS, rates(2n, 5n), undefined)).toEqual(cost(0n, 0n, 4n));
  });

  it("knows free models, before and after", () => {
    expect(repricedCost(cost(0n, 0n), TOKENS, rates(0n, 0n), rates(2n, 5n))).toEqual(AT_2_AND_5);
    expect(repricedCost(AT_2_AND_5, TOKENS, rates(2n, 5n), rates(0n, 0n))).toEqual(cost(0n, 0n));
  });

  it("rounds fractions of a pico-dollar once for the bucket", () => {
    expect(repricedCost(AT_2_AND_5, TOKENS, rates(2n, 5n), rates(1n, 1n, 3n))).toEqual(
      cost(333n + 33n, 233n + 23n),
    );
  });

  it("takes an old cost whose records were rounded one by one", () => {
    const thirds = rates(1n, 1n, 3n);
    expect(repricedCost(cost(333n + 33n + 9n, 256n), TOKENS, thirds, rates(2n, 5n))).toEqual(AT_2_AND_5);
    expect(repricedCost(cost(333n + 33n + 10n, 256n), TOKENS, thirds, rates(2n, 5n))).toBeUndefined();
  });

  it.each([
    ["a total with cached tokens in it", cost(2501n, 1750n)],
    ["a total without a part of the tokens", cost(2499n, 1750n)],
    ["a lower bound of which the repeated tokens are not known", cost(2500n, 1751n)],
    ["records without a cost among others", cost(2500n, 1750n, 1n)],
    ["a sum at the limit of its column", cost(INTEGER_MAX, INTEGER_MAX)],
  ])("leaves alone %s", (_name, before) => {
    expect(repricedCost(before, TOKENS, rates(2n, 5n), rates(3n, 7n))).toBeUndefined();
  });

  it("stops at the limit of an integer column", () => {
    expect(repricedCost(AT_2_AND_5, TOKENS, rates(2n, 5n), rates(10n ** 18n, 0n))).toEqual(
      cost(INTEGER_MAX, INTEGER_MAX),
    );
  });
});
