/** Budgets and statuses that exist only in tests. */
import type { Budget } from "../../../src/budget/budget.ts";
import type { BudgetStatus } from "../../../src/budget/status.ts";
import { TimeZone } from "../../../src/usage/time-zone.ts";

export const USD = 1_000_000_000_000n;

/** The zone of a name that is known to exist. */
export function zoneOf(name: string): TimeZone {
  const zone = TimeZone.find(name);
  if (zone === undefined) throw new Error(`no zone ${name}`);
  return zone;
}

export const UTC = zoneOf("UTC");

/** A dollar a day for everybody. */
export function budget(changes: Partial<Budget> = {}): Budget {
  return {
    name: "everything",
    scope: "all",
    each: true,
    period: "day",
    amountPicousd: USD,
    thresholds: [0.5, 0.8, 1],
    categories: ["llm", "embedding", "system"],
    overrides: new Map(),
    ...changes,
  };
}

/** A quarter of the budget above is spent. */
export function status(changes: Partial<BudgetStatus> = {}): BudgetStatus {
  return {
    budget: "everything",
    scope: "all",
    value: null,
    period: { kind: "day", start: "2026-11-21", end: "2026-11-21" },
    amountPicousd: USD,
    spentPicousd: USD / 4n,
    forecastPicousd: USD / 2n,
    thresholds: [0.5, 0.8, 1],
    crossed: [],
    unpricedRecords: 0,
    suspectRecords: 0,
    partial: false,
    ...changes,
  };
}
