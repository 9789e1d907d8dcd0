/** How budgets stand in their present periods: a bar each. Absent where there are none. */
import { spentRatio } from "../../budget/answer.ts";
import type { BudgetStatus } from "../../budget/status.ts";
import type { TimeZone } from "../../usage/time-zone.ts";
import { formatCount, formatUsd } from "../format.ts";
import { type Html, html } from "../html.ts";

export interface BudgetsPart {
  /** In the order of the configuration, in each budget the largest share first; undefined if they cannot be told now. */
  readonly statuses: readonly BudgetStatus[] | undefined;
  /** In whose days the periods lie. */
  readonly zone: TimeZone;
}

/** Rows of one budget: those nearest to their amount. */
const VALUES_MAX = 6;

/** A bar ends at this share of the amount, so that one can see how far a budget is exceeded. */
const RATIO_MAX = 1.25;
const BAR_WIDTH = 100;

function position(ratio: number): string {
  return ((Math.min(ratio, RATIO_MAX) / RATIO_MAX) * BAR_WIDTH).toFixed(1);
}

/** How far it is: a class of the style sheet. */
function tone({ crossed }: BudgetStatus): string {
  const highest = crossed.at(-1);
  if (highest === undefined) return "within";
  return highest < 1 ? "near" : "over";
}

/** As thick as it may be, a line stays within the bar. */
const LINE_RATIO_MAX = RATIO_MAX - 0.01;

function line(kind: string, ratio: number): Html {
  const at = position(Math.min(ratio, LINE_RATIO_MAX));
  return html`<line class="${kind}" x1="${at}" x2="${at}" y1="0" y2="10"></line>`;
}

/** The spent share, thin lines at the thresholds, and a thick one where the period will probably end. */
function bar(status: BudgetStatus): Html {
  const { thresholds, forecastPicousd, amountPicousd } = status;
  const forecast =
    forecastPicousd === undefined
      ? undefined
      : line("forecast", Number(forecastPicousd) / Number(amountPicousd));
  return html`<svg class="budget-bar ${tone(status)}" viewBox="0 0 ${BAR_WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">
<rect class="whole" y="2" width="${position(1)}" height="6"></rect><rect class="spent" y="2" width="${position(spentRatio(status))}" height="6"></rect>${thresholds.map((threshold) => line("threshold", threshold))}${forecast}</svg>`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

/** Unpriced records come on top of an amount. */
function amount({ partial }: BudgetStatus, picousd: bigint): string {
  return `${partial ? "≥\u202f" : ""}${formatUsd(picousd)}`;
}

function reached({ crossed }: BudgetStatus): string {
  const highest = crossed.at(-1);
  return highest === undefined ? "–" : `${Number((highest * 100).toFixed(2))} %`;
}

/** Doubts about the amounts, in words. */
function doubts({ unpricedRecords, suspectRecords }: BudgetStatus): Html[] {
  const words = [
    unpricedRecords > 0 && `partial: ${formatCount(unpricedRecords)} unpriced`,
    suspectRecords > 0 && `${formatCount(suspectRecords)} suspect`,
  ];
  return words.flatMap((word) => (word === false ? [] : html`<small class="doubtful">${word}</small>`));
}

function whose({ value, scope }: BudgetStatus): string {
  if (value !== null) return `${scope} ${value}`;
  return scope === "all" ? "everybody" : `every ${scope} together`;
}

function row(status: BudgetStatus): Html {
  const { budget, period, forecastPicousd } = status;
  const { kind, start, end } = period;
  return html`<tr><th scope="row">${budget} <small>${whose(status)}</small></th>
<td class="budget-cell">${bar(status)}</td><td class="number">${percent(spentRatio(status))}</td>
<td class="number">${amount(status, status.spentPicousd)}${doubts(status)}</td>
<td class="number">${formatUsd(status.amountPicousd)}</td><td class="number">${reached(status)}</td>
<td class="number">${forecastPicousd === undefined ? "–" : amount(status, forecastPicousd)}</td>
<td class="budget-period">${kind} <small>${start === end ? start : `${start} to ${end}`}</small></td></tr>`;
}

/** The first of each budget. */
function shownOf(statuses: readonly BudgetStatus[]): readonly BudgetStatus[] {
  const counts = new Map<string, number>();
  return statuses.filter(({ budget }) => {
    const count = (counts.get(budget) ?? 0) + 1;
    counts.set(budget, count);
    return count <= VALUES_MAX;
  });
}

function table(statuses: readonly BudgetStatus[]): Html {
  const shown = shownOf(statuses);
  const hidden = statuses.length - shown.length;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Budgets in numbers"><table>
<caption class="unseen">Budgets in their present periods</caption>
<thead><tr><th scope="col">Budget</th><th scope="col" colspan="2">Spent share</th>
<th scope="col" class="number">Spent</th><th scope="col" class="number">Amount</th>
<th scope="col" class="number">Reached</th><th scope="col" class="number">Forecast</th>
<th scope="col" class="budget-period">Period</th></tr></thead>
<tbody>${shown.map(row)}</tbody></table></div>
<p class="remark">In a bar, thin lines are thresholds and the thick one is where the period will probably end.
${hidden > 0 ? `And ${formatCount(hidden)} more, further from their amounts.` : undefined}</p>`;
}

function content(statuses: BudgetsPart["statuses"]): Html {
  if (statuses === undefined)
    return html`<p class="problem">How the budgets stand cannot be told now; the daemon's log says why.</p>`;
  if (statuses.length === 0)
    return html`<p class="nothing">Nobody has spent anything that a budget is about.</p>`;
  return table(statuses);
}

/** @param part undefined where there are no budgets */
export function budgets(part: BudgetsPart | undefined): Html {
  if (part === undefined) return html`<section id="budgets" data-live hidden></section>`;
  return html`<section id="budgets" class="panel" data-live aria-labelledby="budgets-title">
<div class="heading"><h2 id="budgets-title">Budgets</h2>
<p class="remark">Present periods in ${part.zone.name}, whatever is chosen above. They hold nothing back.</p>
<a class="download" href="api/v1/budgets">JSON<span class="unseen"> of budgets</span></a></div>
${content(part.statuses)}</section>`;
}
