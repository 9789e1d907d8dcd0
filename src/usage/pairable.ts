/** Records to be paired, out of the store that keeps them or out of the audit files. */
import type { Document } from "../document/document.ts";
import type { RouteGroup } from "../record/record.ts";
import { rowOf } from "../store/row.ts";
import type { Database, SqlRow } from "../system/sqlite.ts";
import { PAIR_WITHIN_MS, type PairableRecord } from "./pairing.ts";

/** From the first moment, inclusive, to the last, exclusive, in Unix milliseconds. */
export interface PairSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

const SELECT = `
  SELECT ts_ms, kind, route_group, url_template, status, elapsed_ms, agent_id, user_id, organization_id,
    api_key_hash, api_key_alias, total_picousd
  FROM record WHERE kind IN ('request', 'token_usage', 'embedding_usage') AND ts_ms >= ? AND ts_ms < ?
  ORDER BY ts_ms`;

function text(row: SqlRow, column: string): string | null {
  const value = row[column];
  return typeof value === "string" ? value : null;
}

function number(row: SqlRow, column: string): number | null {
  const value = row[column] ?? null;
  return value === null ? null : Number(value);
}

function toPairable(row: SqlRow): PairableRecord {
  const total = row["total_picousd"];
  return {
    timestampMs: Number(row["ts_ms"]),
    kind: text(row, "kind") as PairableRecord["kind"],
    routeGroup: text(row, "route_group") as RouteGroup,
    urlTemplate: text(row, "url_template"),
    status: number(row, "status"),
    elapsedMs: number(row, "elapsed_ms"),
    agentId: text(row, "agent_id"),
    userId: text(row, "user_id"),
    organizationId: text(row, "organization_id"),
    apiKeyHash: text(row, "api_key_hash"),
    apiKeyAlias: text(row, "api_key_alias"),
    totalPicousd: typeof total === "bigint" ? total : undefined,
  };
}

/** Whether a record can be the other half of one in the span. */
function isNear(
  { timestampMs }: Pick<PairableRecord, "timestampMs">,
  { fromMs, untilMs }: PairSpan,
): boolean {
  return timestampMs >= fromMs - PAIR_WITHIN_MS && timestampMs < untilMs + PAIR_WITHIN_MS;
}

/** The records of the span and those near it, of a store that keeps whole lines, by time. */
export async function* pairableInStore(
  database: Database,
  { fromMs, untilMs }: PairSpan,
): AsyncIterable<PairableRecord> {
  const bounds = [fromMs - PAIR_WITHIN_MS, untilMs + PAIR_WITHIN_MS];
  for (const row of database.prepare(SELECT).iterate(bounds)) yield toPairable(row);
}

/** The same of documents, in their order. */
export async function* pairableOf(
  documents: AsyncIterable<Document>,
  span: PairSpan,
): AsyncIterable<PairableRecord> {
  for await (const document of documents) {
    const { kind } = document;
    if (kind !== "request" && kind !== "token_usage" && kind !== "embedding_usage") continue;
    if (!isNear(document, span)) continue;
    const row = rowOf(document);
    yield { ...row, kind, totalPicousd: row.cost?.totalPicousd };
  }
}
