/** How budgets stand, as programs read it: the command line's `usage budgets --json` and the API's answer. */
import { picousdToDecimal } from "../cost/money.ts";
import type { TimeZone } from "../usage/time-zone.ts";
import type { BudgetPeriodKind, BudgetScope } from "./budget.ts";
import type { BudgetStatus } from "./status.ts";

export interface BudgetsAnswer {
  /** In whose days the periods lie. */
  readonly tz: string;
  /** In the order of the configuration; within a budget the largest `spent_ratio` first. */
  readonly rows: readonly BudgetRow[];
}

/** Money is exact decimal text, in US dollars. */
export interface BudgetRow {
  readonly budget: string;
  readonly scope: BudgetScope;
  /** Null for everybody, and for all values of the scope together. */
  readonly value: string | null;
  readonly period: BudgetPeriodKind;
  /** `YYYY-MM-DD`, both inclusive. */
  readonly range: { readonly start: string; readonly end: string };
  readonly amount_usd: string;
  readonly spent_usd: string;
  /** The spent share of the amount: 1 is all of it. */
  readonly spent_ratio: number;
  /** Null under a day of data. */
  readonly forecast_usd: string | null;
  readonly thresholds: readonly number[];
  /** Those that are met or passed. */
  readonly crossed: readonly number[];
  readonly unpriced_records: number;
  readonly suspect_records: number;
  /** True if records are unpriced: more was spent than is known. */
  readonly partial: boolean;
}

/** The spent share of the amount, for people and metrics: not exact. */
export function spentRatio({ spentPicousd, amountPicousd }: BudgetStatus): number {
  return Number(spentPicousd) / Number(amountPicousd);
}

function toRow(status: BudgetStatus): BudgetRow {
  const { budget, scope, value, period, thresholds, crossed, partial } = status;
  return {
    budget,
    scope,
    value,
    period: period.kind,
    range: { start: period.start, end: period.end },
    amount_usd: picousdToDecimal(status.amountPicousd),
    spent_usd: picousdToDecimal(status.spentPicousd),
    spent_ratio: spentRatio(status),
    forecast_usd: status.forecastPicousd === undefined ? null : picousdToDecimal(status.forecastPicousd),
    thresholds,
    crossed,
    unpriced_records: status.unpricedRecords,
    suspect_records: status.suspectRecords,
    partial,
  };
}

export function toBudgetsAnswer(statuses: readonly BudgetStatus[], zone: TimeZone): BudgetsAnswer {
  return { tz: zone.name, rows: statuses.map(toRow) };
}
