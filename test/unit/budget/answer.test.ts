/**
 * Goal: programs read how budgets stand under the published names, money as exact text.
 * Method: statuses written by hand.
 */
import { expect, test } from "vitest";
import { toBudgetsAnswer } from "../../../src/budget/answer.ts";
import { status, USD, zoneOf } from "./sample-budget.ts";

test("a status is one row", () => {
  const overspent = status({
    budget: "agents",
    scope: "agent",
    value: "dev",
    period: { kind: "week", start: "2026-11-16", end: "2026-11-22" },
    amountPicousd: 3n * USD,
    spentPicousd: 4n * USD + 1n,
    crossed: [0.5, 0.8, 1],
    unpricedRecords: 2,
    suspectRecords: 1,
    partial: true,
  });
  expect(toBudgetsAnswer([overspent], zoneOf("Asia/Shanghai"))).toEqual({
    tz: "Asia/Shanghai",
    rows: [
      {
        budget: "agents",
        scope: "agent",
        value: "dev",
        period: "week",
        range: { start: "2026-11-16", end: "2026-11-22" },
        amount_usd: "3",
        spent_usd: "4.000000000001",
        spent_ratio: 4_000_000_000_001 / 3_000_000_000_000,
        forecast_usd: "0.5",
        thresholds: [0.5, 0.8, 1],
        crossed: [0.5, 0.8, 1],
        unpriced_records: 2,
        suspect_records: 1,
        partial: true,
      },
    ],
  });
});

test("what is not known yet is null", () => {
  const { rows } = toBudgetsAnswer([status({ forecastPicousd: undefined })], zoneOf("UTC"));
  expect(rows[0]).toMatchObject({ value: null, forecast_usd: null });
});
