/** Every path the daemon answers. */
import { NOTHING_WATCHED } from "../alert/report.ts";
import type { AlertsView } from "../daemon/alerts.ts";
import type { BudgetBoard } from "../daemon/budget-board.ts";
import { type DaemonView, statusReport } from "../daemon/status-report.ts";
import type { Clock } from "../system/clock.ts";
import { type Answer, json } from "./answer.ts";
import { budgetsAnswer } from "./budgets-api.ts";
import { EXPOSITION_CONTENT_TYPE } from "./exposition.ts";
import { metricsText } from "./metrics.ts";
import { PAGE_ASSETS } from "./page/assets.ts";
import type { BudgetsPart } from "./page/budgets.ts";
import { readUsage } from "./page/data.ts";
import { page, type UsagePart } from "./page/document.ts";
import { type UsageAccess, usageRoutes } from "./usage-api.ts";
import { parseUsageQuery } from "./usage-query.ts";

export interface RouteRequest {
  readonly query: URLSearchParams;
  /** True if the token was shown, or none is needed. */
  readonly isTrusted: boolean;
}

export interface Route {
  /** True if it answers without the token. */
  readonly isOpen?: boolean;
  answer(request: RouteRequest): Answer | Promise<Answer>;
}

/** What the routes report on. */
export interface Sources {
  readonly view: DaemonView;
  /** Undefined if the embedded store is off. */
  readonly usage: UsageAccess | undefined;
  /** Undefined in the same case. */
  readonly budgets: BudgetBoard | undefined;
  /** Absent where nothing watches. */
  readonly alerts?: AlertsView;
  readonly clock: Clock;
}

function readiness(view: DaemonView, isTrusted: boolean): Answer {
  const { ready, reasons } = view.readiness();
  return json(isTrusted ? { ready, reasons } : { ready }, ready ? 200 : 503);
}

/** What the page shows about usage; if the address is wrong, the same as without parameters, and what is wrong. */
async function usagePart(usage: UsageAccess, parameters: URLSearchParams, nowMs: number): Promise<UsagePart> {
  const parsed = parseUsageQuery(parameters, ["group_by"], nowMs);
  if (!parsed.ok)
    return { ...(await usagePart(usage, new URLSearchParams(), nowMs)), problem: parsed.problem };
  const { query } = parsed;
  return { parameters, query, view: await readUsage(usage, query), problem: undefined };
}

/** An open page asks more often than budgets change. */
const PAGE_BUDGETS_AGE_MS_MAX = 15_000;

async function budgetsPart(board: BudgetBoard | undefined): Promise<BudgetsPart | undefined> {
  if (board === undefined || board.rules.budgets.length === 0) return undefined;
  return { statuses: await board.statuses(PAGE_BUDGETS_AGE_MS_MAX), zone: board.rules.zone };
}

async function pageAnswer(sources: Sources, parameters: URLSearchParams): Promise<Answer> {
  const { view, alerts, clock } = sources;
  const nowMs = clock.nowMs();
  const usage = sources.usage && (await usagePart(sources.usage, parameters, nowMs));
  const budgets = await budgetsPart(sources.budgets);
  const status = usage?.problem === undefined ? 200 : 400;
  const body = page({ view, usage, budgets, alerts: alerts?.report() }, nowMs);
  return { status, contentType: "text/html; charset=utf-8", body };
}

function text(contentType: string, body: string): Answer {
  return { status: 200, contentType, body };
}

/** Budgets are looked at anew at most this often, however often is scraped. */
const BUDGETS_AGE_MS_MAX = 60_000;

async function metrics({ view, budgets, alerts }: Sources): Promise<Answer> {
  const statuses = await budgets?.statuses(BUDGETS_AGE_MS_MAX);
  return text(EXPOSITION_CONTENT_TYPE, metricsText(view, statuses, alerts));
}

/** The routes by path. */
export function createRoutes(sources: Sources): ReadonlyMap<string, Route> {
  const { view, usage, budgets, alerts, clock } = sources;
  const assets = Object.entries(PAGE_ASSETS).map(
    ([path, asset]) => [path, { answer: () => ({ status: 200, ...asset() }) }] as const,
  );
  const usagePaths = [...usageRoutes(usage, () => clock.nowMs())].map(
    ([path, route]) => [path, { answer: ({ query }: RouteRequest) => route(query) }] as const,
  );
  return new Map<string, Route>([
    ["/healthz", { isOpen: true, answer: () => json({ alive: true }) }],
    ["/readyz", { isOpen: true, answer: ({ isTrusted }) => readiness(view, isTrusted) }],
    ["/metrics", { answer: () => metrics(sources) }],
    ["/api/v1/budgets", { answer: ({ query }) => budgetsAnswer(budgets, query) }],
    ["/api/v1/alerts", { answer: () => json(alerts?.report() ?? NOTHING_WATCHED) }],
    ["/api/v1/status", { answer: () => json(statusReport(view.lanes())) }],
    ["/", { answer: ({ query }) => pageAnswer(sources, query) }],
    ...usagePaths,
    ...assets,
  ]);
}
