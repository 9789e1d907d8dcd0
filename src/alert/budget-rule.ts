/**
 * The rule `budget`: a threshold of a budget is reached. One alert for each budget, value, period and threshold; the
 * highest one that is reached speaks for those below it.
 */
import type { BudgetStatus } from "../budget/status.ts";
import { displayUsd, picousdToNumber } from "../cost/money.ts";
import { type Finding, type RuleReport, report } from "./alert.ts";

/** @param statuses how all budgets stand in their present periods */
export function judgeBudgets(statuses: readonly BudgetStatus[]): RuleReport {
  const findings = statuses.flatMap(findingsOf);
  const others = {
    level: "clear" as const,
    text: "The period is over, the budget was changed, or costs were computed anew.",
  };
  return report("budget", findings, { others, repetition: "never" });
}

function findingsOf(status: BudgetStatus): Finding[] {
  const highest = Math.max(...status.crossed);
  return status.crossed.map((threshold) => ({
    ...findingOf(status, threshold),
    isSilenced: threshold < highest,
  }));
}

function findingOf(status: BudgetStatus, threshold: number): Finding {
  const { budget, scope, value, period, amountPicousd, spentPicousd } = status;
  const who = value === null ? budget : `${budget} (${scope} ${value})`;
  return {
    fingerprint: ["budget", budget, value ?? "", period.start, `${threshold}`]
      .map(encodeURIComponent)
      .join(":"),
    rule: "budget",
    severity: threshold >= 1 ? "critical" : "warning",
    level: "breached",
    title: `Budget ${who}: ${percent(threshold)} are spent`,
    text: textOf(status),
    labels: {
      budget,
      scope,
      ...(value !== null && { value }),
      period: period.kind,
      period_start: period.start,
      share: `${threshold}`,
    },
    value: picousdToNumber(spentPicousd),
    threshold: picousdToNumber(amountPicousd) * threshold,
  };
}

function textOf({
  period,
  amountPicousd,
  spentPicousd,
  forecastPicousd,
  unpricedRecords,
}: BudgetStatus): string {
  const share = Number((spentPicousd * 1000n) / amountPicousd) / 1000;
  const forecast =
    forecastPicousd === undefined ? "" : `, ${displayUsd(forecastPicousd)} are expected by its end`;
  const unpriced =
    unpricedRecords === 0 ? "" : ` More was spent: ${unpricedRecords} usage records have no price.`;
  return `${displayUsd(spentPicousd)} of ${displayUsd(amountPicousd)} (${percent(share)}) were spent in the ${period.kind} from ${period.start} to ${period.end}${forecast}.${unpriced} See: mem0-audit-shipper usage budgets`;
}

/** A part of 1 as people read it: whole percents, or with one place. */
function percent(part: number): string {
  return `${Number((part * 100).toFixed(1))} %`;
}
