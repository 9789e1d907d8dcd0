/** Asks the buckets: sums per key, and per local day if wanted. */
import type { Database, SqlRow, SqlValue } from "../system/sqlite.ts";
import { BUCKET_DIMENSION_COLUMNS, type BucketSums, DAY, GRAINS, type Grain, QUARTER } from "./bucket.ts";

/** Which buckets a question is about. */
export interface BucketSelection {
  /** Start of the first bucket, inclusive, in Unix milliseconds. */
  readonly fromMs: number;
  /** Start of the first bucket that is not meant any more. */
  readonly untilMs: number;
  /** Whether health checks and the like count. */
  readonly includesSystem: boolean;
  readonly filters: BucketFilters;
}

/** Exact values; an absent filter lets everything pass. */
export interface BucketFilters {
  readonly agent?: string | undefined;
  readonly user?: string | undefined;
  /** The alias or the hash of an API key. */
  readonly key?: string | undefined;
  readonly organization?: string | undefined;
  readonly route?: string | undefined;
  /** Only usage records have a model and a category. */
  readonly model?: string | undefined;
  readonly category?: string | undefined;
}

/** Columns of `usage_key` that sums can be told apart by. */
export type KeyColumn = Exclude<(typeof BUCKET_DIMENSION_COLUMNS)[number], "price_id">;

/**
 * What buckets add up to, within the selection. What the key does not say, or what was not asked for, is null.
 */
export interface KeySums {
  readonly category: string | null;
  readonly routeGroup: string | null;
  readonly urlTemplate: string | null;
  readonly status: number | null;
  readonly organization: string | null;
  /** The alias if the key has one, else the hash. */
  readonly key: string | null;
  readonly agent: string | null;
  readonly user: string | null;
  readonly model: string | null;
  readonly modelSource: string | null;
  /** Local days since 1970-01-01; only where the question gave an offset. */
  readonly day: number | undefined;
  readonly sums: Readonly<BucketSums>;
}

/** The earliest and the latest moment that a Date can hold. */
export const TIME_MIN_MS = -8.64e15;
export const TIME_MAX_MS = 8.64e15;

/** Whole days before every possible moment: SQLite's division rounds towards zero, so it must not meet a negative. */
const DAYS_BEFORE_ALL = -TIME_MIN_MS / DAY.ms + 2;

// A sum of pico-dollars may pass 2^63 ($9.2 million); its micro-dollars and the rest of each do not.
const SUMS = `
  SUM(b.requests) AS requests, SUM(b.errors) AS errors, SUM(b.usage_records) AS usage_records,
  SUM(b.llm_calls) AS llm_calls, SUM(b.embedding_calls) AS embedding_calls,
  SUM(b.input_tokens) AS input_tokens, SUM(b.output_tokens) AS output_tokens,
  SUM(b.unpriced_records) AS unpriced_records, SUM(b.suspect_records) AS suspect_records,
  SUM(b.elapsed_ms) AS elapsed_ms,
  SUM(b.total_picousd / 1000000) AS total_microusd, SUM(b.total_picousd % 1000000) AS total_rest,
  SUM(b.lower_bound_picousd / 1000000) AS lower_bound_microusd, SUM(b.lower_bound_picousd % 1000000) AS lower_bound_rest`;

// CROSS JOIN keeps this order: each key's buckets lie together, sorted by time, so nothing has to be sorted.
function source({ table }: Grain): string {
  return `FROM usage_key k CROSS JOIN ${table} b ON b.key_id = k.id AND b.start_ms >= ? AND b.start_ms < ?`;
}

function conditions({ includesSystem, filters }: BucketSelection): { where: string; parameters: SqlValue[] } {
  const parts = ["1"];
  const parameters: SqlValue[] = [];
  const add = (sql: string, ...values: SqlValue[]): void => {
    parts.push(sql);
    parameters.push(...values);
  };
  if (!includesSystem) add("k.route_group <> 'system'");
  if (filters.agent !== undefined) add("k.agent_id = ?", filters.agent);
  if (filters.user !== undefined) add("k.user_id = ?", filters.user);
  if (filters.organization !== undefined) add("k.organization_id = ?", filters.organization);
  if (filters.route !== undefined) add("k.route_group = ?", filters.route);
  if (filters.model !== undefined) add("k.model = ?", filters.model);
  if (filters.category !== undefined) add("k.category = ?", filters.category);
  if (filters.key !== undefined) add("(k.api_key_alias = ? OR k.api_key_hash = ?)", filters.key, filters.key);
  return { where: parts.join(" AND "), parameters };
}

function textOrNull(value: SqlRow[string] | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function picousd(row: SqlRow, name: string): bigint {
  return asBigInt(row[`${name}_microusd`]) * 1_000_000n + asBigInt(row[`${name}_rest`]);
}

function asBigInt(value: SqlRow[string] | undefined): bigint {
  return typeof value === "bigint" ? value : 0n;
}

function toSums(row: SqlRow): BucketSums {
  return {
    requests: Number(row["requests"]),
    errors: Number(row["errors"]),
    usageRecords: Number(row["usage_records"]),
    llmCalls: Number(row["llm_calls"]),
    embeddingCalls: Number(row["embedding_calls"]),
    inputTokens: Number(row["input_tokens"]),
    outputTokens: Number(row["output_tokens"]),
    totalPicousd: picousd(row, "total"),
    unpricedRecords: Number(row["unpriced_records"]),
    suspectRecords: Number(row["suspect_records"]),
    lowerBoundPicousd: picousd(row, "lower_bound"),
    elapsedMs: Number(row["elapsed_ms"]),
  };
}

function toKeySums(row: SqlRow): KeySums {
  return {
    category: textOrNull(row["category"]),
    routeGroup: textOrNull(row["route_group"]),
    urlTemplate: textOrNull(row["url_template"]),
    status: typeof row["status"] === "bigint" ? Number(row["status"]) : null,
    organization: textOrNull(row["organization_id"]),
    key: textOrNull(row["api_key_alias"]) ?? textOrNull(row["api_key_hash"]),
    agent: textOrNull(row["agent_id"]),
    user: textOrNull(row["user_id"]),
    model: textOrNull(row["model"]),
    modelSource: textOrNull(row["model_source"]),
    day: typeof row["day"] === "bigint" ? Number(row["day"]) - DAYS_BEFORE_ALL : undefined,
    sums: toSums(row),
  };
}

const KEY_COLUMNS: readonly KeyColumn[] = BUCKET_DIMENSION_COLUMNS.filter((name) => name !== "price_id");

function listed(columns: readonly KeyColumn[]): string {
  return columns.map((name) => `k.${name}, `).join("");
}

/** A part of a selection, and the coarsest table that covers it exactly. */
interface Piece {
  readonly grain: Grain;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Takes whole spans of `grain` where there are any, and quarters of an hour at both ends. */
function piecesOf({ fromMs, untilMs }: BucketSelection, grain: Grain): Piece[] {
  const firstMs = Math.ceil(fromMs / grain.ms) * grain.ms;
  const lastMs = Math.floor(untilMs / grain.ms) * grain.ms;
  if (firstMs >= lastMs) return [{ grain: QUARTER, fromMs, untilMs }];
  const pieces = [
    { grain: QUARTER, fromMs, untilMs: firstMs },
    { grain, fromMs: firstMs, untilMs: lastMs },
    { grain: QUARTER, fromMs: lastMs, untilMs },
  ];
  return pieces.filter((piece) => piece.fromMs < piece.untilMs);
}

/** The sums of every key in the selection, in up to three parts: whole days and what is before and after them. */
export function* sumByKey(database: Database, selection: BucketSelection): Iterable<KeySums> {
  const { where, parameters } = conditions(selection);
  for (const { grain, fromMs, untilMs } of piecesOf(selection, DAY)) {
    const sql = `SELECT ${listed(KEY_COLUMNS)}${SUMS} ${source(grain)} WHERE ${where} GROUP BY k.id`;
    for (const row of database.prepare(sql).iterate([fromMs, untilMs, ...parameters])) yield toKeySums(row);
  }
}

/**
 * The sums of every local day in the selection, apart by `columns` of the keys, within which the zone's offset from UTC (milliseconds,
 * positive east of Greenwich) must not change. A day may come in parts.
 */
export function* sumByDay(
  database: Database,
  selection: BucketSelection,
  columns: readonly KeyColumn[],
  zoneOffsetMs: number,
): Iterable<KeySums> {
  const { where, parameters } = conditions(selection);
  const shiftMs = BigInt(zoneOffsetMs) + BigInt(DAYS_BEFORE_ALL) * BigInt(DAY.ms);
  // No span of this grain lies across a local midnight.
  const coarsest = GRAINS.find(({ ms }) => zoneOffsetMs % ms === 0) ?? QUARTER;
  for (const { grain, fromMs, untilMs } of piecesOf(selection, coarsest)) {
    const sql = `SELECT ${listed(columns)}${SUMS}, (b.start_ms + ?) / ${DAY.ms} AS day
      ${source(grain)} WHERE ${where} GROUP BY ${listed(columns)}day`;
    const rows = database.prepare(sql).iterate([shiftMs, fromMs, untilMs, ...parameters]);
    for (const row of rows) yield toKeySums(row);
  }
}

/** Start of the first and of the last bucket in the selection; undefined if it has none. */
export function bucketSpan(
  database: Database,
  selection: BucketSelection,
): { readonly firstMs: number; readonly lastMs: number } | undefined {
  const { where, parameters } = conditions(selection);
  // One look-up per key at each end, instead of reading all buckets.
  const end = (aggregate: string): string =>
    `(SELECT ${aggregate}(start_ms) FROM usage_bucket WHERE key_id = k.id AND start_ms >= ? AND start_ms < ?)`;
  const sql = `SELECT MIN(first_ms) AS first_ms, MAX(last_ms) AS last_ms FROM (
    SELECT ${end("MIN")} AS first_ms, ${end("MAX")} AS last_ms FROM usage_key k WHERE ${where})`;
  const { fromMs, untilMs } = selection;
  const [row] = database.prepare(sql).all([fromMs, untilMs, fromMs, untilMs, ...parameters]);
  if (typeof row?.["first_ms"] !== "bigint") return undefined;
  return { firstMs: Number(row["first_ms"]), lastMs: Number(row["last_ms"]) };
}

/** The models that records of the selection did not name and that were assumed. */
export function assumedModels(database: Database, selection: BucketSelection): string[] {
  const { where, parameters } = conditions(selection);
  const sql = `SELECT DISTINCT k.model FROM usage_key k WHERE k.model_source = 'default' AND ${where}
    AND EXISTS (SELECT 1 FROM usage_bucket WHERE key_id = k.id AND start_ms >= ? AND start_ms < ?) ORDER BY 1`;
  const rows = database.prepare(sql).all([...parameters, selection.fromMs, selection.untilMs]);
  return rows.map(({ model }) => String(model));
}
