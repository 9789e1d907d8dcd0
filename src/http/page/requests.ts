/** Single requests: which took longest, and where the errors are. */
import type { ErrorRow } from "../../usage/errors.ts";
import type { SlowestRow } from "../../usage/slowest.ts";
import type { TimeZone } from "../../usage/time-zone.ts";
import { formatCount, formatDuration, formatShare } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { UsageView } from "./data.ts";
import { address, changed } from "./links.ts";
import { formatMoment } from "./moment.ts";

const ERROR_ROWS_MAX = 8;
const NOTHING = html`<p class="nothing">Nothing in this period.</p>`;

/** Lists are not grouped. */
const AS_LIST = { group_by: undefined, format: "csv" };

function slowestRow(row: SlowestRow, zone: TimeZone): Html {
  return html`<tr><th scope="row" class="path">${row.path ?? "(none)"}</th>
<td class="number">${formatDuration(row.elapsed_ms)}</td><td class="number">${row.status ?? "–"}</td>
<td>${row.agent_id ?? "(none)"}</td><td class="number">${formatMoment(row.ts, zone)}</td></tr>`;
}

/** A panel with its heading and, where there is something to load, the link to all of it. */
function panel(id: string, title: string, download: string | undefined, content: Html): Html {
  const link = html`<a class="download" href="${download}" download>CSV<span class="unseen"> of ${title}</span></a>`;
  return html`<section class="panel" aria-labelledby="${id}-title"><div class="heading"><h2 id="${id}-title">${title}</h2>
${download === undefined ? undefined : link}</div>
${content}</section>`;
}

function slowestPanel({ slowest }: UsageView, parameters: URLSearchParams, zone: TimeZone): Html {
  const [id, title] = ["slowest", "Slowest requests"];
  if (slowest === undefined) {
    const elsewhere = html`<p class="nothing">Single requests are not kept here (store.records); <code>mem0-audit-shipper usage slowest</code> finds them in the audit files.</p>`;
    return panel(id, title, undefined, elsewhere);
  }
  if (slowest.length === 0) return panel(id, title, undefined, NOTHING);
  const download = address("api/v1/usage/slowest", changed(parameters, { ...AS_LIST, limit: "1000" }));
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="${title} in numbers"><table>
<caption class="unseen">${title}</caption>
<thead><tr><th scope="col">Path</th><th scope="col" class="number">Time taken</th><th scope="col" class="number">Status</th>
<th scope="col">Agent</th><th scope="col" class="number">At (${zone.name})</th></tr></thead>
<tbody>${slowest.map((row) => slowestRow(row, zone))}</tbody></table></div>`;
  return panel(id, title, download, table);
}

function errorRow({ status, path, requests }: ErrorRow, errors: number): Html {
  return html`<tr><th scope="row" class="path">${path ?? "(none)"}</th><td class="number">${status}</td>
<td class="number">${formatCount(requests)}</td><td class="number">${formatShare(requests, errors)}</td></tr>`;
}

function errorsPanel({ errors }: UsageView, parameters: URLSearchParams): Html {
  const [id, title] = ["errors", "Errors"];
  if (errors.rows.length === 0) return panel(id, title, undefined, NOTHING);
  const rows = errors.rows.slice(0, ERROR_ROWS_MAX);
  const hidden = errors.rows.length - rows.length;
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="${title} by path"><table>
<caption class="unseen">${title} by path and status</caption>
<thead><tr><th scope="col">Path</th><th scope="col" class="number">Status</th><th scope="col" class="number">Requests</th>
<th scope="col" class="number">Share of errors</th></tr></thead>
<tbody>${rows.map((row) => errorRow(row, errors.errors))}</tbody></table></div>
${hidden > 0 ? html`<p class="remark">and ${formatCount(hidden)} more: see the CSV</p>` : undefined}`;
  return panel(id, title, address("api/v1/usage/errors", changed(parameters, AS_LIST)), table);
}

/** Both lists, side by side where there is room; moments in `zone`. */
export function requests(view: UsageView, parameters: URLSearchParams, zone: TimeZone): Html {
  return html`<div id="requests" class="pair" data-live>
${slowestPanel(view, parameters, zone)}
${errorsPanel(view, parameters)}</div>`;
}
