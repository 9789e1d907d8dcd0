/** The questions about usage, as statements over the tables. */
import { type CompiledQuery, type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { BucketSelection, KeyColumn } from "../../store/bucket-query.ts";
import { DAY_MS } from "../../usage/time-zone.ts";
import { type Statements, SUM_COLUMNS, type Tables } from "./tables.ts";

/** Buckets beside what their keys stand for. */
interface Joined {
  readonly k: Tables["usage_key"];
  readonly b: Tables["usage_bucket"];
}

/** Sums over whole numbers are exact, of any size, and arrive as decimal text; over nothing they are null. */
export interface SumsRow extends Readonly<Record<(typeof SUM_COLUMNS)[number], string | null>> {
  readonly day?: string;
}

/** Columns of the keys; those that were not asked for are missing. */
export type KeyRow = Readonly<Partial<Record<KeyColumn, string | number | null>>>;

type Narrowing = { readonly column: KeyColumn; readonly value: string };

/** Filters by one column each. */
function narrowings({ filters }: BucketSelection): Narrowing[] {
  const { agent, user, organization, route, model, category } = filters;
  const all = { agent_id: agent, user_id: user, organization_id: organization, route_group: route };
  return Object.entries({ ...all, model, category }).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column: column as KeyColumn, value }],
  );
}

function selected(statements: Statements, selection: BucketSelection) {
  const { fromMs, untilMs, includesSystem, filters } = selection;
  let query = statements
    .selectFrom("usage_key as k")
    .innerJoin("usage_bucket as b", "b.key_id", "k.id")
    .where("b.start_ms", ">=", fromMs)
    .where("b.start_ms", "<", untilMs);
  if (!includesSystem) query = query.where("k.route_group", "<>", "system");
  for (const { column, value } of narrowings(selection))
    query = query.where(sql.ref(`k.${column}`), "=", value);
  const { key } = filters;
  if (key !== undefined)
    query = query.where((where) =>
      where.or([where("k.api_key_alias", "=", key), where("k.api_key_hash", "=", key)]),
    );
  return query;
}

/** The local day of a bucket, counted from 1970-01-01. */
function dayOf(zoneOffsetMs: number): RawBuilder<string> {
  // Buckets and offsets are whole quarters of an hour, so the few digits that some servers divide with suffice.
  return sql<string>`FLOOR((b.start_ms + ${sql.lit(zoneOffsetMs)}) / ${sql.raw(`${DAY_MS}.0`)})`;
}

/**
 * The sums of the selection, apart by these columns of the keys and, with an offset of the zone from UTC, by its days.
 */
export function sumsBy(
  statements: Statements,
  selection: BucketSelection,
  columns: readonly KeyColumn[],
  zoneOffsetMs?: number,
): CompiledQuery<KeyRow & SumsRow> {
  let query = selected(statements, selection).select(
    SUM_COLUMNS.map((column) => sql<string>`SUM(${sql.ref(`b.${column}`)})`.as(column)),
  ) as SelectQueryBuilder<Joined, "k" | "b", KeyRow & SumsRow>;
  for (const column of columns) {
    const named = sql.ref<string>(`k.${column}`);
    query = query.select(named.as(column)).groupBy(named) as typeof query;
  }
  if (zoneOffsetMs !== undefined) {
    const day = dayOf(zoneOffsetMs);
    query = query.select(day.as("day")).groupBy(day) as typeof query;
  }
  return query.compile();
}

/** The start of the first and the last bucket, both null if there is none. */
export function spanOf(
  statements: Statements,
  selection: BucketSelection,
): CompiledQuery<{ first_ms: string | null; last_ms: string | null }> {
  const first = sql<string | null>`MIN(b.start_ms)`.as("first_ms");
  const last = sql<string | null>`MAX(b.start_ms)`.as("last_ms");
  return selected(statements, selection).select([first, last]).compile();
}

/** The models that were assumed, each once. */
export function assumedModelsOf(
  statements: Statements,
  selection: BucketSelection,
): CompiledQuery<{ model: string | null }> {
  return selected(statements, selection)
    .where("k.model_source", "=", "default")
    .select("k.model")
    .distinct()
    .compile();
}

/** The records of the slowest requests, the slowest first. */
export function slowestOf(
  statements: Statements,
  selection: BucketSelection,
  limit: number,
): CompiledQuery<{ line: Buffer; elapsed_ms: number | null; ts_ms: string | number }> {
  const { fromMs, untilMs, includesSystem, filters } = selection;
  let query = statements
    .selectFrom("record")
    .select(["line", "elapsed_ms", "ts_ms"])
    .where("kind", "=", "request")
    .where("elapsed_ms", "is not", null)
    .where("ts_ms", ">=", fromMs)
    .where("ts_ms", "<", untilMs);
  if (!includesSystem) query = query.where("route_group", "<>", "system");
  for (const { column, value } of narrowings(selection)) {
    // Requests have neither; the record's model is that of embeddings that were estimated.
    if (column === "category" || column === "model") query = query.where(sql.lit(false), "=", sql.lit(true));
    else query = query.where(sql.ref(column), "=", value);
  }
  const { key } = filters;
  if (key !== undefined)
    query = query.where((where) =>
      where.or([where("api_key_alias", "=", key), where("api_key_hash", "=", key)]),
    );
  return query.orderBy("elapsed_ms", "desc").orderBy("ts_ms").orderBy("id").limit(limit).compile();
}
