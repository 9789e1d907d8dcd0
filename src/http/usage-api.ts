/** The answers of `/api/v1/usage` and the paths below it. */
import { toUsageAnswer, usageReport } from "../usage/answer.ts";
import { errorsCsv, slowestCsv, usageCsv } from "../usage/csv.ts";
import { errorsAnswer } from "../usage/errors.ts";
import { usageSeries } from "../usage/series.ts";
import { slowestAnswer } from "../usage/slowest.ts";
import type { UsageSource } from "../usage/source.ts";
import { dayName } from "../usage/time-zone.ts";
import { type Answer, failure, json } from "./answer.ts";
import { type Grouping, type OwnParameter, parseUsageQuery, type UsageQuery } from "./usage-query.ts";

/** Where answers about usage come from. */
export interface UsageAccess {
  readonly source: UsageSource;
  /** False while lines are known that the source has not taken in yet. */
  isComplete(): boolean;
  /** At most `limit` values that a dimension ever had, in alphabetical order. */
  knownValues(dimension: Grouping, limit: number): readonly string[];
  /** Whether whole records are kept, without which nothing is known about single requests. */
  readonly keepsRecords: boolean;
}

/** A path below `/api/v1/usage`: what it takes besides period and filters, and how it answers. */
interface UsagePath {
  readonly own: readonly OwnParameter[];
  answer(usage: UsageAccess, query: UsageQuery): Promise<Answer>;
}

const LIMIT_DEFAULT = 10;

/** Answers as a file of a name that tells what and when. */
function download(what: string, { period }: UsageQuery, body: string): Answer {
  const name = `${what}-${dayName(period.since)}-${dayName(period.until)}.csv`;
  return {
    status: 200,
    contentType: "text/csv; charset=utf-8",
    headers: { "Content-Disposition": `attachment; filename="${name}"` },
    body,
  };
}

async function daysAnswer({ source, isComplete }: UsageAccess, query: UsageQuery): Promise<Answer> {
  const { period, zone, today, filters, groupBy } = query;
  if (query.format === "json")
    return json(await usageSeries(source, { period, zone, groupBy, filters, isComplete: isComplete() }));
  const by = ["day" as const, ...(groupBy === undefined ? [] : [groupBy])];
  const report = await usageReport(source, { period, zone, today, by, filters, includesSystem: false });
  return download("usage", query, usageCsv(toUsageAnswer(report)));
}

async function slowest({ source, keepsRecords }: UsageAccess, query: UsageQuery): Promise<Answer> {
  if (!keepsRecords) return failure(404, "single requests are not kept here (store.records)");
  const { limit = LIMIT_DEFAULT } = query;
  const answer = await slowestAnswer(source, { ...query, includesSystem: false, limit });
  if (query.format === "json") return json(answer);
  return download("slowest", query, slowestCsv(answer));
}

async function errors({ source }: UsageAccess, query: UsageQuery): Promise<Answer> {
  const answer = await errorsAnswer(source, { ...query, includesSystem: false });
  const limited = { ...answer, rows: answer.rows.slice(0, query.limit) };
  return query.format === "json" ? json(limited) : download("errors", query, errorsCsv(limited));
}

/** The usage API by path. */
const USAGE_PATHS: Readonly<Record<string, UsagePath>> = {
  "/api/v1/usage": { own: ["group_by", "format"], answer: daysAnswer },
  "/api/v1/usage/slowest": { own: ["limit", "format"], answer: slowest },
  "/api/v1/usage/errors": { own: ["limit", "format"], answer: errors },
};

export type UsageRoute = (parameters: URLSearchParams) => Promise<Answer>;

/**
 * The usage API by path.
 *
 * @param usage undefined if the embedded store is off: each path says so
 * @param nowMs the present, in Unix milliseconds
 */
export function usageRoutes(
  usage: UsageAccess | undefined,
  nowMs: () => number,
): ReadonlyMap<string, UsageRoute> {
  const route =
    ({ own, answer }: UsagePath): UsageRoute =>
    async (parameters) => {
      const parsed = parseUsageQuery(parameters, own, nowMs());
      if (!parsed.ok) return failure(400, parsed.problem);
      if (usage === undefined)
        return failure(404, "there is no usage to show: the embedded store is off (store.enabled)");
      return answer(usage, parsed.query);
    };
  return new Map(Object.entries(USAGE_PATHS).map(([path, usagePath]) => [path, route(usagePath)]));
}
