/** How budgets stand at a moment: spent, expected, and which thresholds are reached. */
import assert from "node:assert/strict";
import { parseMultiplier } from "../cost/money.ts";
import type { UsageSource } from "../usage/source.ts";
import { addSums, emptyUsageSums, type UsageSums } from "../usage/sums.ts";
import { dayName, type TimeZone } from "../usage/time-zone.ts";
import type { Budget, BudgetPeriodKind, BudgetScope } from "./budget.ts";
import { forecastPicousd, recentDays, timeLeftMs } from "./forecast.ts";
import { type BudgetPeriod, budgetPeriod } from "./period.ts";
import { Spending, type SumsByValue, type TimeSpan } from "./spending.ts";

/** How one budget stands for one value of its scope. */
export interface BudgetStatus {
  /** The budget's name. */
  readonly budget: string;
  readonly scope: BudgetScope;
  /** The agent, user, organization or key; null for everybody, and for all values of the scope together. */
  readonly value: string | null;
  /** Days in the time zone of the budgets, `YYYY-MM-DD`, both inclusive. */
  readonly period: { readonly kind: BudgetPeriodKind; readonly start: string; readonly end: string };
  readonly amountPicousd: bigint;
  /** Exact. What unpriced records cost is not in it. */
  readonly spentPicousd: bigint;
  /** Expected at the end of the period; undefined under a day of data. */
  readonly forecastPicousd: bigint | undefined;
  readonly thresholds: readonly number[];
  /** The thresholds that are met or passed, ascending. */
  readonly crossed: readonly number[];
  /** Usage records of the period whose price is not known. */
  readonly unpricedRecords: number;
  /** Usage records of the period whose counts are doubtful: less may have been spent. */
  readonly suspectRecords: number;
  /** True if records are unpriced: more was spent than is known. */
  readonly partial: boolean;
}

/** Whether `spent` is at least the share `threshold` of `amount`, compared without rounding. */
function isCrossed(threshold: number, spentPicousd: bigint, amountPicousd: bigint): boolean {
  const share = parseMultiplier(threshold);
  assert(share.ok, "thresholds are plain decimals above 0");
  return spentPicousd * share.value.divisor >= amountPicousd * share.value.numerator;
}

/** What was spent in the period and in the days that tell the pace. */
interface Spent {
  readonly period: SumsByValue;
  readonly recent: SumsByValue | undefined;
}

function total(sums: SumsByValue): UsageSums {
  const all = emptyUsageSums();
  for (const more of sums.values()) addSums(all, more);
  return all;
}

/** Makes the statuses of one budget from what was spent. */
class BudgetView {
  readonly #budget: Budget;
  readonly #period: BudgetPeriod;
  readonly #recentDays: TimeSpan | undefined;
  readonly #leftMs: number;

  constructor(budget: Budget, period: BudgetPeriod, recent: TimeSpan | undefined, nowMs: number) {
    this.#budget = budget;
    this.#period = period;
    this.#recentDays = recent;
    this.#leftMs = timeLeftMs(nowMs, period.untilMs);
  }

  /** What is nearest to its amount comes first. */
  statuses({ period, recent }: Spent): BudgetStatus[] {
    const { scope, each, overrides, amountPicousd } = this.#budget;
    const together =
      scope === "all" || !each
        ? [this.#status(null, amountPicousd, total(period), recent && total(recent))]
        : [];
    const others = scope === "all" || !each ? [] : [...period.keys(), ...(recent?.keys() ?? [])];
    const single = [...new Set([...overrides.keys(), ...others])].map((value) => {
      const amount = (value === null ? undefined : overrides.get(value)) ?? amountPicousd;
      return this.#status(value, amount, period.get(value), recent?.get(value));
    });
    return [...together, ...single.sort(compareStatuses)];
  }

  #status(
    value: string | null,
    amountPicousd: bigint,
    spent: Readonly<UsageSums> = emptyUsageSums(),
    recent: Readonly<UsageSums> = emptyUsageSums(),
  ): BudgetStatus {
    const { name, scope, thresholds } = this.#budget;
    const { kind, firstDay, lastDay } = this.#period;
    const { totalPicousd, unpricedRecords, suspectRecords } = spent;
    return {
      budget: name,
      scope,
      value,
      period: { kind, start: dayName(firstDay), end: dayName(lastDay) },
      amountPicousd,
      spentPicousd: totalPicousd,
      forecastPicousd:
        this.#recentDays &&
        forecastPicousd(totalPicousd, recent.totalPicousd, this.#recentDays, this.#leftMs),
      thresholds,
      crossed: thresholds.filter((threshold) => isCrossed(threshold, totalPicousd, amountPicousd)),
      unpricedRecords,
      suspectRecords,
      partial: unpricedRecords > 0,
    };
  }
}

/** The largest share of the amount first, then by name. */
function compareStatuses(a: BudgetStatus, b: BudgetStatus): number {
  const shares = b.spentPicousd * a.amountPicousd - a.spentPicousd * b.amountPicousd;
  if (shares !== 0n) return shares > 0n ? 1 : -1;
  return String(a.value) < String(b.value) ? -1 : 1;
}

/**
 * How `budgets` stand at `nowMs` (Unix milliseconds), in their order.
 *
 * A budget for each value of a scope has a status for every value that spent anything in the period or in the last
 * seven days, and for those of its overrides. Records that name no value of the scope are in no such budget.
 * The source is asked once for each scope and span of time, whatever the number of budgets and values.
 * Rejects with a `UsageFault` where the source cannot answer.
 */
export async function budgetStatuses(
  source: UsageSource,
  budgets: readonly Budget[],
  nowMs: number,
  zone: TimeZone,
): Promise<readonly BudgetStatus[]> {
  if (budgets.length === 0) return [];
  const recent = await recentDays(source, nowMs, zone);
  const spending = new Spending(source, zone);
  const statuses: BudgetStatus[] = [];
  for (const budget of budgets) {
    const { scope, categories } = budget;
    const period = budgetPeriod(budget.period, nowMs, zone);
    const spent = {
      period: await spending.byValue(scope, period, categories),
      recent: recent && (await spending.byValue(scope, recent, categories)),
    };
    statuses.push(...new BudgetView(budget, period, recent, nowMs).statuses(spent));
  }
  return statuses;
}
