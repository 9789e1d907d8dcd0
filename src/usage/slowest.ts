/** The requests that took longest. */
import type { AuditRecord, RecordKind, RouteGroup } from "../record/record.ts";
import { numberMember, stringMember } from "../record/record.ts";
import type { Database } from "../system/sqlite.ts";
import { type Period, periodBounds } from "./period.ts";
import type { TimeZone } from "./time-zone.ts";

export interface SlowestQuestion {
  readonly period: Period;
  readonly zone: TimeZone;
  readonly includesSystem: boolean;
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

/** A line of the audit files, parsed: what is read where the store keeps no records. */
export interface ReadRecord {
  readonly record: AuditRecord;
  readonly kind: RecordKind;
  readonly routeGroup: RouteGroup;
  /** `@timestamp`. */
  readonly timestamp: string;
  readonly timestampMs: number;
}

const SELECT = `
  SELECT line, elapsed_ms, ts_ms FROM record
  WHERE kind = 'request' AND elapsed_ms IS NOT NULL AND ts_ms >= ? AND ts_ms < ? AND (route_group <> 'system' OR ?)
  ORDER BY elapsed_ms DESC, ts_ms, id LIMIT ?`;

function toRow(record: AuditRecord, elapsedMs: number, timestamp: string): SlowestRow {
  return {
    path: stringMember(record, "path") ?? null,
    elapsed_ms: elapsedMs,
    agent_id: stringMember(record, "agent_id") ?? null,
    user_id: stringMember(record, "user_id") ?? null,
    status: numberMember(record, "status") ?? null,
    ts: stringMember(record, "ts") ?? timestamp,
  };
}

/** Answers from the records that the store keeps. */
export function slowestInStore(database: Database, question: SlowestQuestion): SlowestAnswer {
  const { fromMs, untilMs } = periodBounds(question.period, question.zone);
  const isAll = question.includesSystem ? 1 : 0;
  const rows = database.prepare(SELECT).all([fromMs, untilMs, isAll, question.limit]);
  return {
    rows: rows.map(({ line, elapsed_ms, ts_ms }) => {
      const record = JSON.parse(String(line)) as AuditRecord;
      return toRow(record, Number(elapsed_ms), new Date(Number(ts_ms)).toISOString());
    }),
  };
}

/** Answers from the audit files themselves; keeps no more than the rows of the answer. */
export async function slowestInFiles(
  records: AsyncIterable<ReadRecord>,
  question: SlowestQuestion,
): Promise<SlowestAnswer> {
  const { fromMs, untilMs } = periodBounds(question.period, question.zone);
  const slowest: { elapsedMs: number; timestampMs: number; row: SlowestRow }[] = [];
  for await (const { record, kind, routeGroup, timestamp, timestampMs } of records) {
    const elapsedMs = numberMember(record, "elapsed_ms");
    if (kind !== "request" || elapsedMs === undefined) continue;
    if (routeGroup === "system" && !question.includesSystem) continue;
    if (timestampMs < fromMs || timestampMs >= untilMs) continue;
    const last = slowest.at(-1);
    if (slowest.length >= question.limit && last !== undefined && elapsedMs <= last.elapsedMs) continue;
    slowest.push({ elapsedMs, timestampMs, row: toRow(record, elapsedMs, timestamp) });
    slowest.sort((a, b) => b.elapsedMs - a.elapsedMs || a.timestampMs - b.timestampMs);
    if (slowest.length > question.limit) slowest.pop();
  }
  return { rows: slowest.map(({ row }) => row) };
}
