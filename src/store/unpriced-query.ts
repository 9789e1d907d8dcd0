/** Asks the buckets which models have no price. */
import type { Database } from "../system/sqlite.ts";

/** A model without a price, and how many usage records named or assumed it. */
export interface UnpricedModel {
  readonly model: string;
  readonly records: number;
}

/**
 * The models of usage records from `fromMs` on (in Unix milliseconds, at a quarter of an hour) that had no price, the
 * one with most records first, at most `limit`. Records that have no cost because their counts are missing are not meant.
 */
export function unpricedModels(database: Database, fromMs: number, limit: number): UnpricedModel[] {
  // CROSS JOIN keeps this order: the buckets are in the order of time.
  const sql = `SELECT k.model AS model, SUM(b.unpriced_records) AS records
    FROM usage_bucket b CROSS JOIN usage_key k ON k.id = b.key_id
    WHERE b.start_ms >= ? AND b.unpriced_records > 0 AND k.model IS NOT NULL AND k.price_id IS NULL
    GROUP BY k.model ORDER BY records DESC, model LIMIT ?`;
  const rows = database.prepare(sql).all([fromMs, limit]);
  return rows.map(({ model, records }) => ({ model: String(model), records: Number(records) }));
}
