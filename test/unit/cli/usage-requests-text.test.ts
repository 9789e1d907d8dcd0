/**
 * Goal: people see what requests cost, and how sure that is.
 * Method: a report made by hand, as text.
 */
import { expect, test } from "vitest";
import { requestCostsText } from "../../../src/cli/usage-requests-text.ts";
import type { RequestCosts } from "../../../src/usage/request-costs.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const COSTS: RequestCosts = {
  requests: 1200,
  pairedRequests: 3,
  ambiguousRequests: 0,
  unpairedUsage: 0,
  ambiguousUsage: 0,
  unpricedRequests: 0,
  totalPicousd: 6_000_000_000_000n,
  meanPicousd: 2_000_000_000_000n,
  p50Picousd: 1_000_000_000_000n,
  p95Picousd: 4_000_000_000_000n,
  perSecondPicousd: 500_000_000_000n,
  failedRequests: 1,
  failedPicousd: 1_000_000_000_000n,
};
const NOTHING: RequestCosts = {
  ...COSTS,
  pairedRequests: 0,
  totalPicousd: 0n,
  meanPicousd: undefined,
  p50Picousd: undefined,
  p95Picousd: undefined,
  perSecondPicousd: undefined,
  failedPicousd: 0n,
};

test("shows a row for each group, totals, and how many were paired", () => {
  const groups = [
    { values: ["dev"], costs: COSTS },
    { values: [null], costs: NOTHING },
  ];
  expect(
    requestCostsText({ by: ["agent"], groups, totals: COSTS }, undefined, new FakeTerminal()).split("\n"),
  ).toEqual([
    "agent   requests  paired   cost   mean    p50    p95  per second  failed  cost of failed",
    "dev        1,200       3  $6.00  $2.00  $1.00  $4.00     $0.5000       1           $1.00",
    "(none)     1,200       0  $0.00      -      -      -           -       1           $0.00",
    "total      1,200       3  $6.00  $2.00  $1.00  $4.00     $0.5000       1           $1.00",
    "",
    "3 of 1,200 requests have a usage record of the same path, agent and user within 50 ms.",
    "Costs are list prices, not a bill.",
    "",
  ]);
});

test("says what could not be paired, what has no price, and which rows are left out", () => {
  const totals = { ...COSTS, ambiguousRequests: 2, ambiguousUsage: 1, unpairedUsage: 1, unpricedRequests: 1 };
  const groups = [{ values: ["dev"], costs: COSTS }];
  const text = requestCostsText({ by: ["agent"], groups, totals }, 0, new FakeTerminal());
  expect(text).toContain(">= $6.00 (1 unpriced)");
  expect(text).toContain("... and 1 more row; the total counts them all");
  expect(text).toContain("Ambiguous, so not paired: 2 requests, 1 usage record.");
  expect(text).toContain("Without a request: 1 usage record.");
});
