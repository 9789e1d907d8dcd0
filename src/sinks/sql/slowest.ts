/** The question which requests took longest, as a statement over the records. */
import { type CompiledQuery, sql } from "kysely";
import type { BucketSelection, KeyColumn } from "../../store/bucket-query.ts";
import type { Statements } from "./tables.ts";

type Narrowing = { readonly column: KeyColumn; readonly value: string };

/** Filters by one column each. */
function narrowings({ filters }: BucketSelection): Narrowing[] {
  const { agent, user, organization, route, model, category } = filters;
  const all = { agent_id: agent, user_id: user, organization_id: organization, route_group: route };
  return Object.entries({ ...all, model, category }).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column: column as KeyColumn, value }],
  );
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
