/** Every path the daemon answers. */
import { type DaemonView, statusReport } from "../daemon/status-report.ts";
import type { Clock } from "../system/clock.ts";
import { type Answer, failure, json } from "./answer.ts";
import { EXPOSITION_CONTENT_TYPE } from "./exposition.ts";
import { metricsText } from "./metrics.ts";
import { page, type UsageTotals } from "./page.ts";
import { PAGE_ICON, PAGE_SCRIPT, PAGE_STYLE } from "./page-assets.ts";
import { parseUsageQuery, type UsageQuery } from "./usage-query.ts";

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

/** The questions that the embedded store answers. */
export interface UsageAnswers {
  /** The answer of `/api/v1/usage`, ready for JSON. */
  series(query: UsageQuery): unknown | Promise<unknown>;
  /** Totals of the last `days` days in UTC, for the page. */
  totals(days: number): UsageTotals | Promise<UsageTotals>;
}

/** What the routes report on. */
export interface Sources {
  readonly view: DaemonView;
  /** Undefined if the embedded store is off. */
  readonly usage: UsageAnswers | undefined;
  readonly clock: Clock;
}

const PAGE_DAYS = 30;

function readiness(view: DaemonView, isTrusted: boolean): Answer {
  const { ready, reasons } = view.readiness();
  return json(isTrusted ? { ready, reasons } : { ready }, ready ? 200 : 503);
}

async function usageSeries(usage: UsageAnswers | undefined, parameters: URLSearchParams): Promise<Answer> {
  const parsed = parseUsageQuery(parameters);
  if (!parsed.ok) return failure(400, parsed.problem);
  if (usage === undefined)
    return failure(404, "there is no usage to show: the embedded store is off (store.enabled)");
  return json(await usage.series(parsed.query));
}

function text(contentType: string, body: string): Answer {
  return { status: 200, contentType, body };
}

/** The routes by path. */
export function createRoutes({ view, usage, clock }: Sources): ReadonlyMap<string, Route> {
  const pageText = async (): Promise<string> => page(view, await usage?.totals(PAGE_DAYS), clock.nowMs());
  return new Map<string, Route>([
    ["/healthz", { isOpen: true, answer: () => json({ alive: true }) }],
    ["/readyz", { isOpen: true, answer: ({ isTrusted }) => readiness(view, isTrusted) }],
    ["/metrics", { answer: () => text(EXPOSITION_CONTENT_TYPE, metricsText(view)) }],
    ["/api/v1/status", { answer: () => json(statusReport(view.lanes())) }],
    ["/api/v1/usage", { answer: ({ query }) => usageSeries(usage, query) }],
    ["/", { answer: async () => text("text/html; charset=utf-8", await pageText()) }],
    ["/page.css", { answer: () => text("text/css; charset=utf-8", PAGE_STYLE) }],
    ["/page.js", { answer: () => text("text/javascript; charset=utf-8", PAGE_SCRIPT) }],
    ["/icon.svg", { answer: () => text("image/svg+xml", PAGE_ICON) }],
  ]);
}
