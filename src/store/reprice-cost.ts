/** The cost of one bucket, computed again with other rates. */
import { priceTokenSum, type TokenRate, type TokenRates } from "../cost/money.ts";
import { boundedInteger } from "./bucket.ts";

/** What of a bucket is a matter of prices. Amounts in pico-dollars. */
export interface BucketCost {
  readonly totalPicousd: bigint;
  readonly lowerBoundPicousd: bigint;
  readonly unpricedRecords: bigint;
}

/** What its cost is made of; sums over the records of one bucket. */
export interface BucketTokens {
  readonly usageRecords: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  /** Tokens that the lower bound leaves out. */
  readonly repeatedInputTokens: bigint;
  readonly repeatedOutputTokens: bigint;
}

function isWhole({ divisor }: TokenRate): boolean {
  return divisor === 1n;
}

function costWith(rates: TokenRates | undefined, tokens: BucketTokens): BucketCost {
  if (rates === undefined)
    return { totalPicousd: 0n, lowerBoundPicousd: 0n, unpricedRecords: tokens.usageRecords };
  const { inputTokens, outputTokens, repeatedInputTokens, repeatedOutputTokens } = tokens;
  const priceOf = (input: bigint, output: bigint): bigint =>
    boundedInteger(priceTokenSum(input, rates.input) + priceTokenSum(output, rates.output));
  return {
    totalPicousd: priceOf(inputTokens, outputTokens),
    lowerBoundPicousd: priceOf(inputTokens - repeatedInputTokens, outputTokens - repeatedOutputTokens),
    unpricedRecords: 0n,
  };
}

function isNear(one: bigint, other: bigint, tolerance: bigint): boolean {
  const difference = one - other;
  return difference <= tolerance && -difference <= tolerance;
}

/**
 * Whether the cost is what tokens and rates make it. It is not where other things went into it: cached tokens, records
 * without a token count among others with one, a sum that reached the limit of its column.
 */
function follows(cost: BucketCost, rates: TokenRates | undefined, tokens: BucketTokens): boolean {
  const computed = costWith(rates, tokens);
  // Fractions are rounded per record, twice at most, and once more here.
  const isExact = rates === undefined || (isWhole(rates.input) && isWhole(rates.output));
  const tolerance = isExact ? 0n : 2n * tokens.usageRecords + 1n;
  return (
    cost.unpricedRecords === computed.unpricedRecords &&
    isNear(cost.totalPicousd, computed.totalPicousd, tolerance) &&
    isNear(cost.lowerBoundPicousd, computed.lowerBoundPicousd, tolerance)
  );
}

/**
 * The cost of a bucket with rates `to` instead of `from`; undefined rates: its model has no price. Exact; where `to` has
 * a fraction of a pico-dollar per token, rounded once for the bucket. Undefined if the present cost does not follow
 * from `from`, so that a new one cannot be known.
 */
export function repricedCost(
  cost: BucketCost,
  tokens: BucketTokens,
  from: TokenRates | undefined,
  to: TokenRates | undefined,
): BucketCost | undefined {
  return follows(cost, from, tokens) ? costWith(to, tokens) : undefined;
}
