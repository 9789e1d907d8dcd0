/** What is wrong now, and since when. Absent where nothing is watched or nothing fires. */
import type { AlertsReport } from "../../alert/report.ts";
import type { TimeZone } from "../../usage/time-zone.ts";
import { formatAge, formatCount } from "../format.ts";
import { type Html, html } from "../html.ts";
import { formatMoment } from "./moment.ts";

/** What is over is shown so long: the newest. */
const RESOLVED_MAX = 8;

type FiringAlert = AlertsReport["firing"][number];
type ResolvedAlert = AlertsReport["resolved"][number];

/** The most severe first; among equals the latest. */
const SEVERITIES = ["critical", "warning", "info"];

function bySeverity(firing: readonly FiringAlert[]): readonly FiringAlert[] {
  const rank = ({ severity }: FiringAlert) => SEVERITIES.indexOf(severity);
  return firing.toSorted((one, other) => rank(one) - rank(other));
}

/** Short, for the top of the page; leads to the section. */
export function alertsPill(report: AlertsReport | undefined): Html {
  const count = report?.firing.length ?? 0;
  if (count === 0) return html`<p id="alerts-pill" data-live hidden></p>`;
  return html`<p id="alerts-pill" data-live><a class="pill bad" href="#alerts">${formatCount(count)} ${count === 1 ? "alert" : "alerts"}</a></p>`;
}

function firingItem(
  { severity, title, text, starts_at }: FiringAlert,
  zone: TimeZone | undefined,
  nowMs: number,
): Html {
  const forSeconds = Math.max(0, (nowMs - Date.parse(starts_at)) / 1000);
  return html`<li><span class="pill ${severity}">${severity}</span>
<div><strong>${title}</strong> <span class="since">since <time datetime="${starts_at}">${formatMoment(starts_at, zone)}</time>, for ${formatAge(forSeconds)}</span>
<p class="firing-text">${text}</p></div></li>`;
}

function resolvedItem({ title, starts_at, ends_at }: ResolvedAlert, zone: TimeZone | undefined): Html {
  return html`<li>${title} <span class="since">${formatMoment(starts_at, zone)} to ${formatMoment(ends_at ?? "", zone)}</span></li>`;
}

function resolvedList(resolved: readonly ResolvedAlert[], zone: TimeZone | undefined): Html | undefined {
  if (resolved.length === 0) return undefined;
  return html`<details id="alerts-over"><summary>Over lately</summary>
<ul class="over">${resolved.slice(0, RESOLVED_MAX).map((alert) => resolvedItem(alert, zone))}</ul></details>`;
}

/**
 * The alerts that fire, the most severe first.
 *
 * @param report undefined where nothing watches
 * @param zone of the moments; UTC if nothing is asked about usage
 * @param nowMs Unix milliseconds
 */
export function alerts(report: AlertsReport | undefined, zone: TimeZone | undefined, nowMs: number): Html {
  if (report === undefined || report.firing.length === 0)
    return html`<section id="alerts" data-live hidden></section>`;
  return html`<section id="alerts" class="panel" data-live aria-labelledby="alerts-title">
<div class="heading"><h2 id="alerts-title">Alerts</h2><p class="remark">Times in ${zone?.name ?? "UTC"}</p></div>
<ul class="firing">${bySeverity(report.firing).map((alert) => firingItem(alert, zone, nowMs))}</ul>
${resolvedList(report.resolved, zone)}</section>`;
}
