/** The requests that took longest. */
import type { Document } from "../document/document.ts";
import { type AuditRecord, numberMember, stringMember } from "../record/record.ts";
import type { Database } from "../system/sqlite.ts";
import type { UsageQuestion } from "./answer.ts";
import { periodBounds } from "./period.ts";
import type { SlowestSelection, UsageSource } from "./source.ts";

export interface SlowestQuestion extends Pick<UsageQuestion, "period" | "zone" | "includesSystem"> {
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
export type TimedDocument = Pick<Document, "record" | "kind" | "route" | "timestamp" | "timestampMs">;

const SELECT = `
  SELECT line, elapsed_ms, ts_ms FROM record
  WHERE kind = 'request' AND elapsed_ms IS NOT NULL AND ts_ms >= ? AND ts_ms < ? AND (route_group <> 'system' OR ?)
  ORDER BY elapsed_ms DESC, ts_ms, id LIMIT ?`;

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
  const { period, zone, includesSystem, limit } = question;
  return { rows: await source.slowest({ ...periodBounds(period, zone), includesSystem }, limit) };
}

/** The slowest of the records that the store keeps. */
export function slowestInStore(
  database: Database,
  { fromMs, untilMs, includesSystem }: SlowestSelection,
  limit: number,
): SlowestRow[] {
  const rows = database.prepare(SELECT).all([fromMs, untilMs, includesSystem ? 1 : 0, limit]);
  return rows.map(({ line, elapsed_ms, ts_ms }) => {
    const record = JSON.parse(String(line)) as AuditRecord;
    return toSlowestRow(record, Number(elapsed_ms), new Date(Number(ts_ms)).toISOString());
  });
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
  { fromMs, untilMs, includesSystem }: SlowestSelection,
  limit: number,
): Promise<SlowestRow[]> {
  const slowest: (Timing & { readonly row: SlowestRow })[] = [];
  for await (const { record, kind, route, timestamp, timestampMs } of documents) {
    const elapsedMs = numberMember(record, "elapsed_ms");
    if (kind !== "request" || elapsedMs === undefined) continue;
    if (route.group === "system" && !includesSystem) continue;
    if (timestampMs < fromMs || timestampMs >= untilMs) continue;
    const last = slowest.length < limit ? undefined : slowest.at(-1);
    if (last !== undefined && compareSpeed({ elapsedMs, timestampMs }, last) >= 0) continue;
    slowest.push({ elapsedMs, timestampMs, row: toSlowestRow(record, elapsedMs, timestamp) });
    slowest.sort(compareSpeed);
    if (slowest.length > limit) slowest.pop();
  }
  return slowest.map(({ row }) => row);
}
