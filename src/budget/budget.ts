/** A budget: what may be spent in a day, a week or a month, by everybody together or by each of many. */
import type { CostCategory } from "../cost/cost.ts";

/** Whose spending a budget is about: everybody's, or that of each agent, user, organization or API key. */
export const BUDGET_SCOPES = ["all", "agent", "user", "organization", "key"] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

export const BUDGET_PERIODS = ["day", "week", "month"] as const;
export type BudgetPeriodKind = (typeof BUDGET_PERIODS)[number];

export interface Budget {
  /** No two budgets have the same. */
  readonly name: string;
  readonly scope: BudgetScope;
  /**
   * Whether each value of the scope has the amount for itself; else all values together have it. Without a meaning
   * for the scope `all`.
   */
  readonly each: boolean;
  readonly period: BudgetPeriodKind;
  /** Above 0. */
  readonly amountPicousd: bigint;
  /** Shares of the amount that are worth a word, ascending: 0.5 is half of it. */
  readonly thresholds: readonly number[];
  /** The categories of cost that count. */
  readonly categories: readonly CostCategory[];
  /** Values of the scope that have an amount of their own, above 0. */
  readonly overrides: ReadonlyMap<string, bigint>;
}
