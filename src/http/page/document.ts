/** The page: what was used, what it cost, and whether everything arrives. Complete without its script. */
import type { AlertsReport } from "../../alert/report.ts";
import type { DaemonView } from "../../daemon/status-report.ts";
import { type Html, html } from "../html.ts";
import type { UsageQuery } from "../usage-query.ts";
import { alerts, alertsPill } from "./alerts.ts";
import { breakdown } from "./breakdown.ts";
import { type BudgetsPart, budgets } from "./budgets.ts";
import { cards } from "./cards.ts";
import { charts } from "./charts.ts";
import type { UsageView } from "./data.ts";
import { delivery, verdict } from "./delivery.ts";
import { requests } from "./requests.ts";
import { toolbar } from "./toolbar.ts";

/** What the page tells about usage, and the address that asked for it. */
export interface UsagePart {
  readonly parameters: URLSearchParams;
  readonly query: UsageQuery;
  readonly view: UsageView;
  /** What is wrong with the address, if something else than asked is shown. */
  readonly problem: string | undefined;
}

/** Everything the page is made of. */
export interface PageContent {
  readonly view: DaemonView;
  /** Undefined if the embedded store is off. */
  readonly usage: UsagePart | undefined;
  /** Undefined where there are none. */
  readonly budgets: BudgetsPart | undefined;
  /** Undefined where nothing watches. */
  readonly alerts: AlertsReport | undefined;
}

const STORE_OFF = html`<section class="panel" aria-labelledby="usage-title"><h2 id="usage-title">Usage</h2>
<p class="nothing">The embedded store is off (store.enabled), so nothing is added up here.</p></section>`;

function toolbarPart({ parameters, query, view, problem }: UsagePart): Html {
  return html`<div id="toolbar" data-live>${problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`}
${toolbar(parameters, query, view.choices)}</div>`;
}

/** What one sees at once comes first: what is wrong, the sums, their course. Then who it was. */
function mainSections({ usage, budgets: budgetsPart, alerts: report }: PageContent, nowMs: number): Html {
  if (usage === undefined) return html`${alerts(report, undefined, nowMs)}${STORE_OFF}`;
  const { parameters, query, view } = usage;
  return html`${toolbarPart(usage)}
${alerts(report, query.zone, nowMs)}
${cards(view, query)}
${charts(view)}
${budgets(budgetsPart)}
${breakdown(view, parameters)}
${requests(view, parameters, query.zone)}`;
}

/** The whole page. `nowMs` are Unix milliseconds. */
export function page(content: PageContent, nowMs: number): string {
  const { view, alerts: report } = content;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>mem0 audit shipper</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="uplot.css">
<link rel="stylesheet" href="page.css">
<link rel="stylesheet" href="panels.css">
<link rel="stylesheet" href="tables.css">
<script src="uplot.js" defer></script>
<script src="page.js" type="module"></script>
</head>
<body>
<header><h1>mem0 audit shipper</h1>
<span id="connection" role="status"></span>
<div class="state">${alertsPill(report)}${verdict(view)}</div></header>
<main>
${mainSections(content, nowMs)}
${delivery(view, nowMs)}
</main>
<footer><nav aria-label="Machine-readable answers"><a href="metrics">Metrics</a> <a href="api/v1/status">Status</a>
<a href="api/v1/usage">Usage</a> <a href="readyz">Readiness</a></nav><p>version ${view.version}</p></footer>
</body>
</html>
`.text;
}
