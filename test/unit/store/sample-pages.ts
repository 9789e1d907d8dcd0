/** What stands in the pages of a database, and what its buckets say should. */
import type { KeyAmounts } from "../../../src/store/page.ts";
import { PageSums } from "../../../src/store/page.ts";
import { type PageSpan, Pages } from "../../../src/store/pages.ts";
import type { Database } from "../../../src/system/sqlite.ts";

export interface BucketAmounts {
  readonly startMs: number;
  readonly keyId: number;
  readonly amounts: KeyAmounts;
}

function keyIds(database: Database): number[] {
  return database
    .prepare("SELECT id FROM usage_key ORDER BY id")
    .all([])
    .map(({ id }) => Number(id));
}

/** All sections of all pages of this span, by time and key. */
export function pagesIn(database: Database, span: PageSpan): BucketAmounts[] {
  const found: BucketAmounts[] = [];
  for (const { startMs, page } of new Pages(database).between(span, -8.64e15, 8.64e15)) {
    for (let section = 0; section < span.sections; section++) {
      const sums = new PageSums((keyId) => keyId);
      sums.addPage(page, section, section + 1);
      for (const keyId of keyIds(database))
        if (sums.has(keyId))
          found.push({
            startMs: startMs + (section * span.ms) / span.sections,
            keyId,
            amounts: sums.amounts(keyId),
          });
    }
  }
  return found;
}

/** The rows of `usage_bucket`, in the same order. */
export function bucketsIn(database: Database): BucketAmounts[] {
  const rows = database.prepare("SELECT * FROM usage_bucket ORDER BY start_ms, key_id").all([]);
  return rows.map((row) => {
    const count = (column: string): number => Number(row[column]);
    const picousd = (column: string): bigint => BigInt(row[column] as bigint);
    return {
      startMs: count("start_ms"),
      keyId: count("key_id"),
      amounts: {
        requests: count("requests"),
        errors: count("errors"),
        usageRecords: count("usage_records"),
        llmCalls: count("llm_calls"),
        embeddingCalls: count("embedding_calls"),
        inputTokens: count("input_tokens"),
        outputTokens: count("output_tokens"),
        totalPicousd: picousd("total_picousd"),
        unpricedRecords: count("unpriced_records"),
        suspectRecords: count("suspect_records"),
        lowerBoundPicousd: picousd("lower_bound_picousd"),
        elapsedMs: count("elapsed_ms"),
        slowestMs: count("slowest_ms"),
      },
    };
  });
}
