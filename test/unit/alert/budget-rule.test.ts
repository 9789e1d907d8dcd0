/**
 * Goal: each threshold of a budget is one alert in a period, and the highest speaks for those below.
 * Method: statuses as the budgets give them.
 */
import { expect, test } from "vitest";
import { judgeBudgets } from "../../../src/alert/budget-rule.ts";
import type { BudgetStatus } from "../../../src/budget/status.ts";

const USD = 1_000_000_000_000n;

function status(changes: Partial<BudgetStatus> = {}): BudgetStatus {
  return {
    budget: "agents",
    scope: "agent",
    value: "dev",
    period: { kind: "month", start: "2026-11-01", end: "2026-11-30" },
    amountPicousd: 50n * USD,
    spentPicousd: 41n * USD,
    forecastPicousd: 60n * USD,
    thresholds: [0.5, 0.8, 1],
    crossed: [0.5, 0.8],
    unpricedRecords: 0,
    suspectRecords: 0,
    partial: false,
    ...changes,
  };
}

test("thresholds that are reached are alerts, all but the highest silenced; those that are not are none", () => {
  const { findings, repetition } = judgeBudgets([status(), status({ value: "ops", crossed: [] })]);
  expect(findings).toMatchObject([
    { fingerprint: "budget:agents:dev:2026-11-01:0.5", isSilenced: true, threshold: 25 },
    { fingerprint: "budget:agents:dev:2026-11-01:0.8", isSilenced: false, value: 41, severity: "warning" },
  ]);
  expect(repetition).toBe("never");
});

test("a spent budget is critical", () => {
  const { findings } = judgeBudgets([status({ spentPicousd: 50n * USD, crossed: [0.5, 0.8, 1] })]);
  expect(findings.filter(({ isSilenced }) => !isSilenced)).toMatchObject([
    { severity: "critical", threshold: 50 },
  ]);
});

test("the text tells what was spent, when, what is expected, and that more may have been", () => {
  const [, found] = judgeBudgets([status({ unpricedRecords: 3 })]).findings;
  expect(found?.title).toBe("Budget agents (agent dev): 80 % are spent");
  expect(found?.text).toBe(
    "$41.00 of $50.00 (82 %) were spent in the month from 2026-11-01 to 2026-11-30, $60.00 are expected by its end. More was spent: 3 usage records have no price. See: mem0-audit-shipper usage budgets",
  );
});

test("names cannot be mistaken for one another, nor one period for the next", () => {
  const prints = [
    status({ budget: "a:b", value: "c" }),
    status({ budget: "a", value: "b:c" }),
    status({ budget: "a", value: null }),
    status({ period: { kind: "month", start: "2026-12-01", end: "2026-12-31" } }),
  ].flatMap((one) => judgeBudgets([one]).findings.map(({ fingerprint }) => fingerprint));
  expect(new Set(prints).size).toBe(prints.length);
});
