/** Who and what it was: the figures by agent, user, key, organization, model or route. */
import type { UsageReport } from "../../usage/answer.ts";
import type { UsageSums } from "../../usage/sums.ts";
import { formatCompact, formatCount, formatShare } from "../format.ts";
import { type Html, html } from "../html.ts";
import { FILTER_PARAMETERS, type Grouping } from "../usage-query.ts";
import { formatCost } from "./cards.ts";
import type { UsageView } from "./data.ts";
import { address, changed, pageAddress } from "./links.ts";
import { valueName } from "./names.ts";

const TABS: readonly (readonly [dimension: Grouping, name: string])[] = [
  ["agent", "Agent"],
  ["user", "User"],
  ["key", "Key"],
  ["organization", "Organization"],
  ["model", "Model"],
  ["route", "Route"],
  ["category", "Category"],
];

/** More rows are a download. */
const ROWS_MAX = 15;

function tab(parameters: URLSearchParams, dimension: Grouping, name: string, isShown: boolean): Html {
  const href = pageAddress(parameters, { group_by: dimension });
  return isShown
    ? html`<a id="by-${dimension}" href="${href}" data-soft aria-current="true">${name}</a>`
    : html`<a id="by-${dimension}" href="${href}" data-soft>${name}</a>`;
}

/** The name as a link that shows this alone, where there is such a filter. */
function rowName(parameters: URLSearchParams, dimension: Grouping, value: string | number | null): Html {
  const name = valueName(dimension, value);
  const filter = Object.entries(FILTER_PARAMETERS).find(([, known]) => known === dimension)?.[0];
  if (filter === undefined || value === null) return html`${name}`;
  return html`<a href="${pageAddress(parameters, { [filter]: String(value) })}" data-soft>${name}</a>`;
}

/** A bar as long as the share of the cost; the number beside it says the same. */
function shareBar(part: bigint, whole: bigint): Html {
  const permille = whole === 0n ? 0 : Number((part * 1000n) / whole);
  return html`<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${permille / 10}" height="8"></rect></svg>`;
}

interface Column {
  readonly title: string;
  readonly cell: (sums: Readonly<UsageSums>) => string;
}

function doubtColumn(
  title: string,
  records: (sums: Readonly<UsageSums>) => number,
  whole: UsageSums,
): Column[] {
  return records(whole) === 0 ? [] : [{ title, cell: (sums) => formatCount(records(sums)) }];
}

/** Requests have no model and no category: there calls are counted instead. */
function isOfRecords(dimension: Grouping): boolean {
  return dimension === "model" || dimension === "category";
}

function columnsOf(dimension: Grouping, whole: UsageSums): Column[] {
  const counts: Column[] = isOfRecords(dimension)
    ? [{ title: "Calls", cell: (sums) => formatCompact(sums.llmCalls + sums.embeddingCalls) }]
    : [
        { title: "Requests", cell: (sums) => formatCompact(sums.requests) },
        {
          title: "Errors",
          cell: ({ requests, errors }) => (requests === 0 ? "–" : formatShare(errors, requests)),
        },
      ];
  return [
    ...counts,
    { title: "Tokens", cell: (sums) => formatCompact(sums.inputTokens + sums.outputTokens) },
    ...doubtColumn("Suspect", (sums) => sums.suspectRecords, whole),
    ...doubtColumn("Unpriced", (sums) => sums.unpricedRecords, whole),
    { title: "Cost", cell: formatCost },
  ];
}

function table(
  view: UsageView,
  groups: UsageReport["groups"],
  parameters: URLSearchParams,
  name: string,
): Html {
  const { dimension, breakdown: report } = view;
  const whole = report.totals;
  const columns = columnsOf(dimension, whole);
  const rows = groups.map(
    ({ values: [value = null], sums }) => html`<tr>
<th scope="row">${rowName(parameters, dimension, value)}</th>${columns.map(({ cell }) => html`<td class="number">${cell(sums)}</td>`)}
<td class="number share-cell">${shareBar(sums.totalPicousd, whole.totalPicousd)} <span>${formatShare(Number(sums.totalPicousd), Number(whole.totalPicousd))}</span></td></tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Breakdown by ${name}"><table>
<caption class="unseen">Breakdown by ${name}</caption>
<thead><tr><th scope="col">${name}</th>${columns.map(({ title }) => html`<th scope="col" class="number">${title}</th>`)}
<th scope="col" class="number">Share of cost</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">All</th>${columns.map(({ cell }) => html`<td class="number">${cell(whole)}</td>`)}
<td></td></tr></tfoot></table></div>`;
}

/** The breakdown with its tabs. */
export function breakdown(view: UsageView, parameters: URLSearchParams): Html {
  const { dimension, breakdown: report } = view;
  const [, name = dimension] = TABS.find(([known]) => known === dimension) ?? [];
  const groups = report.groups.filter(({ values: [value] }) => value !== null || !isOfRecords(dimension));
  const shown = groups.slice(0, ROWS_MAX);
  const hidden = groups.length - shown.length;
  const download = changed(parameters, { group_by: dimension, format: "csv" });
  const body =
    shown.length === 0
      ? html`<p class="nothing">Nothing in this period.</p>`
      : table(view, shown, parameters, name);
  return html`<section id="breakdown" class="panel" data-live aria-labelledby="breakdown-title">
<div class="heading"><h2 id="breakdown-title">Breakdown</h2>
<nav class="tabs" aria-label="Breakdown by">${TABS.map(([one, title]) => tab(parameters, one, title, one === dimension))}</nav>
<a class="download" href="${address("api/v1/usage", download)}" download>CSV<span class="unseen"> of each day by ${name}</span></a></div>
${body}${hidden > 0 ? html`<p class="remark">and ${formatCount(hidden)} more: see the CSV</p>` : undefined}</section>`;
}
