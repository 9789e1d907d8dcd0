/** The requests that took longest. */
import type { Document } from "../document/document.ts";
import { type AuditRecord, numberMember, stringMember } from "../record/record.ts";
import type { BucketFilters } from "../store/bucket-query.ts";
import type { BucketReader } from "../store/bucket-reader.ts";
import { keyText } from "../store/row.ts";
import type { Database, SqlRow } from "../system/sqlite.ts";
import type { UsageQuestion } from "./answer.ts";
import { periodBounds } from "./period.ts";
import type { SlowestSelection, UsageSource } from "./source.ts";

export interface SlowestQuestion
  extends Pick<UsageQuestion, "period" | "zone" | "includesSystem" | "filters"> {
  /** At most this many rows. */
  readonly limit: number;
}

/** `usage slowest --json`: the slowest first, with the record's own values; null where it has none. */
export interface SlowestAnswer {
  readonly rows: readonly SlowestRow[];
}

export interface SlowestRow {
  /** The record's own path, ids and all. */
  readonly path: string | null;
  readonly elapsed_ms: number;
  readonly agent_id: string | null;
  readonly user_id: string | null;
  readonly status: number | null;
  readonly ts: string;
}

/** What of a document is looked at. */
export type TimedDocument = Pick<
  Document,
  "record" | "attributed" | "kind" | "route" | "timestamp" | "timestampMs"
>;

/**
 * Where a filter finds its value in a request: columns of the store, which but for the route group are members of
 * the record, too.
 */
const FILTERED: Readonly<Record<keyof BucketFilters, readonly string[]>> = {
  agent: ["agent_id"],
  user: ["user_id"],
  organization: ["organization_id"],
  key: ["api_key_alias", "api_key_hash"],
  route: ["route_group"],
  model: [],
  category: [],
};

interface FilterValue {
  readonly columns: readonly string[];
  readonly value: string;
}

function filterValues(filters: BucketFilters): FilterValue[] {
  return Object.entries(FILTERED).flatMap(([name, columns]) => {
    const value = filters[name as keyof BucketFilters];
    return value === undefined ? [] : [{ columns, value }];
  });
}

/** The row of a record; `timestamp` stands in for a `ts` that is missing. */
export function toSlowestRow(record: AuditRecord, elapsedMs: number, timestamp: string): SlowestRow {
  return {
    path: stringMember(record, "path") ?? null,
    elapsed_ms: elapsedMs,
    agent_id: stringMember(record, "agent_id") ?? null,
    user_id: stringMember(record, "user_id") ?? null,
    status: numberMember(record, "status") ?? null,
    ts: stringMember(record, "ts") ?? timestamp,
  };
}

/** Answers a question. Rejects with a `UsageFault` where the source cannot. */
export async function slowestAnswer(source: UsageSource, question: SlowestQuestion): Promise<SlowestAnswer> {
  const { period, zone, includesSystem, filters = {}, limit } = question;
  return { rows: await source.slowest({ ...periodBounds(period, zone), includesSystem, filters }, limit) };
}

/** The slowest of the records that the store keeps: looks where its buckets say that slow ones may be. */
export function slowestInStore(
  database: Database,
  buckets: BucketReader,
  selection: SlowestSelection,
  limit: number,
): SlowestRow[] {
  const { fromMs, untilMs, includesSystem, filters } = selection;
  const wanted = filterValues(filters);
  const select = database.prepare(`
    SELECT line, elapsed_ms, ts_ms FROM record
    WHERE kind = 'request' AND elapsed_ms IS NOT NULL AND ts_ms >= ? AND ts_ms < ? AND (route_group <> 'system' OR ?)
    ${wanted.map(({ columns }) => `AND ? IN (${columns})`).join(" ")}
    ORDER BY elapsed_ms DESC, ts_ms, id LIMIT ?`);
  const values = wanted.map(({ value }) => value);
  let slowest: StoredTiming[] = [];
  for (const quarter of buckets.quartersBySlowest(selection)) {
    const last = slowest.length < limit ? undefined : slowest.at(-1);
    const best = { elapsedMs: quarter.slowestMs, timestampMs: quarter.fromMs };
    if (last !== undefined && compareSpeed(best, last) > 0) break;
    const bounds = [Math.max(fromMs, quarter.fromMs), Math.min(untilMs, quarter.untilMs)];
    const rows = select.all([...bounds, includesSystem ? 1 : 0, ...values, limit]).map(toTiming);
    slowest = [...slowest, ...rows].sort(compareSpeed).slice(0, limit);
  }
  return slowest.map(({ line, elapsedMs, timestampMs }) => {
    const record = JSON.parse(line) as AuditRecord;
    return toSlowestRow(record, elapsedMs, new Date(timestampMs).toISOString());
  });
}

interface StoredTiming extends Timing {
  readonly line: string;
}

function toTiming({ line, elapsed_ms, ts_ms }: SqlRow): StoredTiming {
  return { line: String(line), elapsedMs: Number(elapsed_ms), timestampMs: Number(ts_ms) };
}

function passes({ columns, value }: FilterValue, { record, attributed, route }: TimedDocument): boolean {
  const said: AuditRecord = { ...attributed?.members, ...record, route_group: route.group };
  const actual = (name: string) => keyText(said[name]);
  return columns.some((name) => actual(name) === value);
}

interface Timing {
  readonly elapsedMs: number;
  readonly timestampMs: number;
}

/** The slowest first, of equals the earliest. */
function compareSpeed(a: Timing, b: Timing): number {
  return b.elapsedMs - a.elapsedMs || a.timestampMs - b.timestampMs;
}

/** The slowest of all documents; keeps no more than the rows of the answer. */
export async function slowestOf(
  documents: AsyncIterable<TimedDocument>,
  { fromMs, untilMs, includesSystem, filters }: SlowestSelection,
  limit: number,
): Promise<SlowestRow[]> {
  const wanted = filterValues(filters);
  const slowest: (Timing & { readonly row: SlowestRow })[] = [];
  for await (const document of documents) {
    const { record, kind, route, timestamp, timestampMs } = document;
    const elapsedMs = numberMember(record, "elapsed_ms");
    if (kind !== "request" || elapsedMs === undefined) continue;
    if (route.group === "system" && !includesSystem) continue;
    if (timestampMs < fromMs || timestampMs >= untilMs) continue;
    if (!wanted.every((filter) => passes(filter, document))) continue;
    const last = slowest.length < limit ? undefined : slowest.at(-1);
    if (last !== undefined && compareSpeed({ elapsedMs, timestampMs }, last) >= 0) continue;
    slowest.push({ elapsedMs, timestampMs, row: toSlowestRow(record, elapsedMs, timestamp) });
    slowest.sort(compareSpeed);
    if (slowest.length > limit) slowest.pop();
  }
  return slowest.map(({ row }) => row);
}
