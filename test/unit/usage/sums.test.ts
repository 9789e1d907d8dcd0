/**
 * Goal: sums add member by member, and figures say them exactly.
 * Method: a sum in which every member differs.
 */
import { expect, test } from "vitest";
import { addSums, emptyUsageSums, rate, toFigures } from "../../../src/usage/sums.ts";

const some = {
  requests: 1,
  errors: 2,
  usageRecords: 3,
  llmCalls: 4,
  embeddingCalls: 5,
  inputTokens: 6,
  outputTokens: 7,
  totalPicousd: 8n,
  unpricedRecords: 9,
  suspectRecords: 10,
  lowerBoundPicousd: 11n,
};

test("addSums adds every member", () => {
  const sums = emptyUsageSums();
  addSums(sums, some);
  expect(sums).toEqual(some);
  addSums(sums, some);
  expect(Object.values(sums).map(Number)).toEqual(Object.values(some).map((value) => 2 * Number(value)));
});

test("a rate of nothing is 0", () => {
  expect(rate(0, 0)).toBe(0);
  expect(rate(3, 40)).toBe(0.075);
});

test("figures have money as exact text and tokens in total", () => {
  expect(toFigures({ ...some, requests: 8, totalPicousd: 9_007_199_254_740_993n })).toMatchObject({
    error_rate: 0.25,
    total_tokens: 13,
    total_usd: "9007.199254740993",
  });
});
