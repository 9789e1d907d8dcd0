/** The first page: does everything arrive, and what did it cost. Complete without its script. */
import { displayUsd } from "../cost/money.ts";
import { type DaemonView, laneLagBytes } from "../daemon/status-report.ts";
import type { LaneSnapshot } from "../lane/snapshot.ts";
import { formatAge, formatBytes, formatCount, formatShare } from "./format.ts";
import { type Html, html } from "./html.ts";

/** What the page says about the last days. */
export interface UsageTotals {
  readonly days: number;
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costPicousd: bigint;
  /** Usage records without a known price: they are not in the cost. */
  readonly unpricedRecords: number;
  /** Usage records whose counts look too high. */
  readonly suspectRecords: number;
  /** Models that were assumed, since neither record nor configuration names one. */
  readonly assumedModels: readonly string[];
}

/** Files shown for each sink, the newest ones. */
const FILES_MAX = 31;

function card(title: string, value: string, remark: string): Html {
  return html`<div class="card"><dt>${title}</dt><dd><strong>${value}</strong> <span>${remark}</span></dd></div>`;
}

function remarks({ unpricedRecords, suspectRecords, assumedModels }: UsageTotals): Html[] {
  const lines = [
    unpricedRecords > 0 &&
      `${formatCount(unpricedRecords)} usage records have no known price and are not in the cost.`,
    suspectRecords > 0 && `${formatCount(suspectRecords)} usage records look as if they count too much.`,
    assumedModels.length > 0 &&
      `The service does not log its models. Assumed: ${assumedModels.join(", ")}; set LLM_MODEL and EMBEDDING_MODEL.`,
  ];
  return lines.flatMap((line) => (line === false ? [] : html`<p class="remark">${line}</p>`));
}

function totalsSection(totals: UsageTotals | undefined): Html {
  if (totals === undefined) {
    return html`<section aria-labelledby="totals"><h2 id="totals">Totals</h2>
<p class="remark">The embedded store is off, so nothing is added up here.</p></section>`;
  }
  const { requests, errors, inputTokens, outputTokens, costPicousd, unpricedRecords } = totals;
  const cost = `${unpricedRecords > 0 ? "≥ " : ""}${displayUsd(costPicousd)}`;
  return html`<section aria-labelledby="totals"><h2 id="totals">Last ${totals.days} days</h2>
<dl class="cards">
${card("Cost", cost, "list price, not a bill")}
${card("Requests", formatCount(requests), "without health checks")}
${card("Errors", formatCount(errors), `${formatShare(errors, requests)} of requests`)}
${card("Tokens", formatCount(inputTokens + outputTokens), `${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`)}
</dl>
${remarks(totals)}</section>`;
}

function sinkRow(lane: LaneSnapshot): Html {
  const { fates } = lane;
  return html`<tr>
<th scope="row">${lane.name} <small>${lane.type}</small></th>
<td><span class="state ${lane.state}">${lane.state}</span></td>
<td class="number">${formatBytes(laneLagBytes(lane))}</td>
<td class="number">${formatAge(lane.oldestUnackedSeconds)}</td>
<td class="number">${formatCount(fates.stored + fates.duplicate)}</td>
<td class="number">${formatCount(lane.inFlightLines)}</td>
<td class="number">${formatCount(lane.deadLetters)}</td>
<td class="error">${lane.lastError ?? "–"}</td>
</tr>`;
}

function sinksTable(lanes: readonly LaneSnapshot[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="sinks"><table>
<caption id="sinks">Sinks</caption>
<thead><tr><th scope="col">Sink</th><th scope="col">State</th><th scope="col" class="number">Lag</th>
<th scope="col" class="number">Oldest line waits</th><th scope="col" class="number">Delivered since start</th>
<th scope="col" class="number">In flight</th><th scope="col" class="number">Dead letters</th>
<th scope="col">Last error</th></tr></thead>
<tbody>${lanes.map(sinkRow)}</tbody></table></div>`;
}

function filesTable(lane: LaneSnapshot, index: number): Html {
  const byName = lane.files.toSorted((a, b) => (a.name < b.name ? 1 : -1));
  const shown = byName.slice(0, FILES_MAX);
  const caption = `Files of ${lane.name}, newest first${shown.length < byName.length ? `, ${FILES_MAX} of ${byName.length}` : ""}`;
  const rows = shown.map(
    (file) => html`<tr><th scope="row">${file.name}</th><td class="number">${formatBytes(file.sizeBytes)}</td>
<td class="number">${formatBytes(file.deliveredOffset)}</td><td class="number">${formatBytes(file.lagBytes)}</td>
<td class="number">${formatBytes(file.partialBytes)}</td></tr>`,
  );
  return html`<details id="files-${index}"><summary>Files of ${lane.name} (${formatCount(byName.length)})</summary>
<div class="scroll" tabindex="0" role="region" aria-labelledby="files-caption-${index}"><table>
<caption id="files-caption-${index}">${caption}</caption>
<thead><tr><th scope="col">File</th><th scope="col" class="number">Size</th><th scope="col" class="number">Delivered</th>
<th scope="col" class="number">Lag</th><th scope="col" class="number">Unfinished line</th></tr></thead>
<tbody>${rows}</tbody></table></div></details>`;
}

function readinessLine(view: DaemonView): Html {
  const { ready, reasons } = view.readiness();
  if (ready) return html`<p class="verdict good">Everything is delivered in time.</p>`;
  return html`<div class="verdict bad"><p>Delivery is late or stands still.</p>
<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul></div>`;
}

/** The whole page. */
export function page(view: DaemonView, totals: UsageTotals | undefined, nowMs: number): string {
  const lanes = view.lanes();
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>mem0 audit shipper</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page.css">
<script src="page.js" defer></script>
</head>
<body>
<header><h1>mem0 audit shipper</h1>
<p>version ${view.version} <span id="connection" role="status"></span></p></header>
<main>
${readinessLine(view)}
${totalsSection(totals)}
<section aria-labelledby="delivery"><h2 id="delivery">Delivery</h2>
<p class="remark">Each sink reads the audit files by itself; one that is down delays no other.</p>
${sinksTable(lanes)}
${lanes.map(filesTable)}
</section>
<p class="remark">Running for ${formatAge((nowMs - view.startedAtMs) / 1000)}.</p>
</main>
<footer><nav aria-label="Machine-readable answers"><a href="metrics">Metrics</a> <a href="api/v1/status">Status</a>
<a href="api/v1/usage">Usage</a> <a href="readyz">Readiness</a></nav></footer>
</body>
</html>
`.text;
}
