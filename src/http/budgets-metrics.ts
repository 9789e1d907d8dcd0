/** The metrics of budgets: what may be spent, how much of it was, and what is to be expected. */
import { spentRatio } from "../budget/answer.ts";
import type { BudgetStatus } from "../budget/status.ts";
import { picousdToDecimal } from "../cost/money.ts";
import { gauge, type Metric, type Sample } from "./exposition.ts";

/** Values of one budget that get a series of their own: those nearest to their amount. */
const VALUES_MAX = 50;

/** Longer names are left out: a label is no place for a text. */
const NAME_LENGTH_MAX = 200;

/** What stands for everybody, and for all values of a scope together. */
const EVERYBODY = "all";

type Labelled = readonly [labels: { readonly budget: string; readonly value: string }, status: BudgetStatus];

/**
 * The statuses that are shown, each with other labels as they will be written in UTF-8: a scrape with the same series
 * twice is refused as a whole.
 */
function shown(statuses: readonly BudgetStatus[]): Labelled[] {
  const byBudget = new Map<string, Map<string, BudgetStatus>>();
  for (const status of statuses) {
    const name = status.value ?? EVERYBODY;
    const values = byBudget.get(status.budget) ?? new Map<string, BudgetStatus>();
    byBudget.set(status.budget, values);
    const written = Buffer.from(name).toString();
    if (name.length <= NAME_LENGTH_MAX && values.size < VALUES_MAX && !values.has(written))
      values.set(written, status);
  }
  return [...byBudget].flatMap(([budget, values]) =>
    [...values].map(([value, status]) => [{ budget, value }, status] as const),
  );
}

/** @param statuses in the order of the configuration, within a budget the largest share first */
export function budgetMetrics(statuses: readonly BudgetStatus[]): readonly Metric[] {
  const labelled = shown(statuses);
  const samples = (value: (status: BudgetStatus) => number | string): Sample[] =>
    labelled.map(([labels, status]) => [labels, value(status)]);
  const forecasts = labelled.flatMap(([labels, { forecastPicousd }]): Sample[] =>
    forecastPicousd === undefined ? [] : [[labels, picousdToDecimal(forecastPicousd)]],
  );
  return [
    gauge(
      "mem0_audit_budget_spent_ratio",
      "Spent share of the budget in its present period: 1 is all of it.",
      samples(spentRatio),
    ),
    gauge(
      "mem0_audit_budget_amount_usd",
      "What may be spent in a period, in US dollars.",
      samples(({ amountPicousd }) => picousdToDecimal(amountPicousd)),
    ),
    gauge(
      "mem0_audit_budget_forecast_usd",
      "What will have been spent at the end of the period at the pace of the last days, in US dollars.",
      forecasts,
    ),
  ];
}
