/**
 * The charts, as tables: the script draws a picture above each from the numbers in it, so that both say the same
 * and nothing is missing without the picture.
 */
import { picousdToNumber } from "../../cost/money.ts";
import type { Overview, OverviewSeries } from "../../usage/overview.ts";
import { type SpanUnit, spanName } from "../../usage/spans.ts";
import type { UsageSums } from "../../usage/sums.ts";
import { formatCount, formatShare, formatUsd } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { UsageView } from "./data.ts";
import { CATEGORIES, categoryName, ROUTES, routeName } from "./names.ts";

/** A number as it is drawn and as it is read. */
interface Point {
  /** Undefined in a series that is only read. */
  readonly value: number | undefined;
  readonly text: string;
}

interface ChartSeries {
  readonly name: string;
  /** Its colour, a class of the style sheet; undefined if it is only read. */
  readonly tone: string | undefined;
  readonly total: string;
  readonly points: readonly Point[];
}

interface Chart {
  readonly id: string;
  readonly title: string;
  /** How the script writes the numbers of the axis. */
  readonly measure: "count" | "usd";
  readonly series: readonly ChartSeries[];
}

function count(value: number): Point {
  return { value, text: formatCount(value) };
}

function usd(picousd: bigint): Point {
  return { value: picousdToNumber(picousd), text: formatUsd(picousd) };
}

function series(
  { totals, spans }: OverviewSeries,
  name: string,
  tone: string | undefined,
  point: (sums: Readonly<UsageSums>) => Point,
): ChartSeries {
  return { name, tone, total: point(totals).text, points: spans.map(point) };
}

/** What several series come to. It is read, not drawn: their bars stand on each other. */
function together(
  drawn: readonly ChartSeries[],
  all: OverviewSeries,
  text: (sums: Readonly<UsageSums>) => string,
): ChartSeries[] {
  if (drawn.length < 2) return [...drawn];
  return [series(all, "All", undefined, (sums) => ({ value: undefined, text: text(sums) })), ...drawn];
}

/** Those that there are, in a fixed order, so that each keeps its colour. */
function ordered(found: readonly OverviewSeries[], names: readonly string[]) {
  return names.flatMap((name, index) => {
    const one = found.find((candidate) => candidate.name === name);
    return one === undefined ? [] : [{ one, tone: `tone-${index + 1}` }];
  });
}

function costSeries({ all, categories }: Overview): ChartSeries[] {
  const drawn = ordered(categories, CATEGORIES).map(({ one, tone }) =>
    series(one, categoryName(one.name), tone, (sums) => usd(sums.totalPicousd)),
  );
  return together(drawn, all, (sums) => formatUsd(sums.totalPicousd));
}

function requestSeries({ all, routes }: Overview): ChartSeries[] {
  const drawn = ordered(routes, ROUTES).flatMap(({ one, tone }) =>
    one.totals.requests === 0 ? [] : series(one, routeName(one.name), tone, (sums) => count(sums.requests)),
  );
  return together(drawn, all, (sums) => formatCount(sums.requests));
}

function outcomeSeries({ all }: Overview): ChartSeries[] {
  if (all.totals.requests === 0) return [];
  const errorRate = ({ errors, requests }: Readonly<UsageSums>) =>
    requests === 0 ? "–" : formatShare(errors, requests);
  return [
    series(all, "Success", "tone-success", (sums) => count(sums.requests - sums.errors)),
    series(all, "Errors", "tone-error", (sums) => count(sums.errors)),
    series(all, "Error rate", undefined, (sums) => ({ value: undefined, text: errorRate(sums) })),
  ];
}

function chartsOf({ overview }: UsageView): Chart[] {
  return [
    { id: "cost", title: "Cost", measure: "usd", series: costSeries(overview) },
    { id: "requests", title: "Requests", measure: "count", series: requestSeries(overview) },
    { id: "outcome", title: "Success and errors", measure: "count", series: outcomeSeries(overview) },
  ];
}

function numberCell({ value, text }: Point): Html {
  return value === undefined
    ? html`<td class="number">${text}</td>`
    : html`<td class="number" data-value="${value}">${text}</td>`;
}

function numbersTable({ title, series: columns }: Chart, unit: SpanUnit, names: readonly string[]): Html {
  const rows = names.map(
    (name, index) =>
      html`<tr><th scope="row">${name}</th>${columns.map(({ points }) => numberCell(points[index] ?? count(0)))}</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title} in numbers"><table>
<caption>${title} per ${unit}</caption>
<thead><tr><th scope="col">${unit === "day" ? "Day" : unit === "week" ? "Week from" : "Month"}</th>
${columns.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function figure(chart: Chart, unit: SpanUnit, names: readonly string[]): Html {
  const { id, title, measure, series: shown } = chart;
  const heading = html`<figcaption id="chart-${id}-title"><h3>${title} <span>per ${unit}</span></h3></figcaption>`;
  if (shown.length === 0)
    return html`<figure class="panel" id="chart-${id}">${heading}<p class="nothing">Nothing in this period.</p></figure>`;
  return html`<figure class="panel" id="chart-${id}" data-measure="${measure}" data-unit="${unit}" aria-labelledby="chart-${id}-title">${heading}
<ul class="legend">${shown.map(
    ({ name, tone, total }) =>
      html`<li>${tone === undefined ? undefined : html`<i class="swatch ${tone}"></i>`}${name} <b>${total}</b></li>`,
  )}</ul>
<div class="plot" aria-hidden="true"></div>
<details id="numbers-${id}"><summary>Numbers<span class="unseen"> of ${title}</span></summary>${numbersTable(chart, unit, names)}</details></figure>`;
}

export function charts(view: UsageView): Html {
  const { unit, starts } = view.overview.spans;
  const names = starts.map((start) => spanName(unit, start));
  return html`<section id="charts" data-live aria-labelledby="charts-title">
<h2 id="charts-title" class="unseen">Over time</h2>
<div class="charts">${chartsOf(view).map((chart) => figure(chart, unit, names))}</div></section>`;
}
