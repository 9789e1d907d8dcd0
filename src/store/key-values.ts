/** Which values the keys of the buckets have, whenever that was: what one can ask for. */
import type { Database } from "../system/sqlite.ts";
import type { KeyColumn } from "./bucket-query.ts";

/**
 * At most `limit` values in alphabetical order, of each key the first of `columns` that has one.
 *
 * Reads the keys alone, of which there are few, never the buckets.
 */
export function keyValues(database: Database, columns: readonly KeyColumn[], limit: number): string[] {
  const sql = `SELECT DISTINCT COALESCE(${columns.join(", ")}, NULL) AS value FROM usage_key
    WHERE value IS NOT NULL ORDER BY value LIMIT ?`;
  return database
    .prepare(sql)
    .all([limit])
    .map(({ value }) => String(value));
}
