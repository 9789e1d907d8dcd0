/** Whether everything arrives: each sink, and how far each file is in it. */
import { type DaemonView, laneLagBytes } from "../../daemon/status-report.ts";
import type { LaneSnapshot } from "../../lane/snapshot.ts";
import { formatAge, formatBytes, formatCount } from "../format.ts";
import { type Html, html } from "../html.ts";

/** Files shown for each sink, the newest ones. */
const FILES_MAX = 31;

/** In a word or two; what is wrong stands in the section. */
export function verdict(view: DaemonView): Html {
  return view.readiness().ready
    ? html`<p id="verdict" data-live><a class="pill good" href="#delivery">Everything is delivered in time</a></p>`
    : html`<p id="verdict" data-live><a class="pill bad" href="#delivery">Delivery is late or stands still</a></p>`;
}

function sinkRow(lane: LaneSnapshot): Html {
  const { fates } = lane;
  return html`<tr>
<th scope="row">${lane.name} <small>${lane.type}</small></th>
<td><span class="pill ${lane.state}">${lane.state}</span></td>
<td class="number">${formatBytes(laneLagBytes(lane))}</td>
<td class="number">${formatAge(lane.oldestUnackedSeconds)}</td>
<td class="number">${formatCount(fates.stored + fates.duplicate)}</td>
<td class="number">${formatCount(lane.inFlightLines)}</td>
<td class="number${lane.deadLetters > 0 ? " doubtful" : ""}">${formatCount(lane.deadLetters)}</td>
<td class="error">${lane.lastError ?? "–"}</td>
</tr>`;
}

function sinksTable(lanes: readonly LaneSnapshot[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Sinks"><table>
<caption class="unseen">Sinks</caption>
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

function reasonsList(view: DaemonView): Html | undefined {
  const { ready, reasons } = view.readiness();
  if (ready) return undefined;
  return html`<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`;
}

/**
 * The state of all sinks.
 *
 * @param nowMs Unix milliseconds
 */
export function delivery(view: DaemonView, nowMs: number): Html {
  const lanes = view.lanes();
  return html`<section id="delivery" class="panel" data-live aria-labelledby="delivery-title">
<div class="heading"><h2 id="delivery-title">Delivery</h2>
<p class="remark">Running for ${formatAge((nowMs - view.startedAtMs) / 1000)}. A sink that is down delays no other.</p></div>
${reasonsList(view)}${sinksTable(lanes)}<div class="files">${lanes.map(filesTable)}</div></section>`;
}
