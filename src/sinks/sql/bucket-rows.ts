/** Rows of `usage_bucket`, as they are written and read. */
import type { Insertable, RawBuilder } from "kysely";
import { sql } from "kysely";
import { type BucketSums, boundedInteger, type SumsRow, sumsOfRow } from "../../store/bucket.ts";
import type { KeyAmounts } from "../../store/page.ts";
import type { Tables } from "./tables.ts";

/** A row of a bucket. Money goes as decimal text: a number would not hold it. */
export function bucketOf(
  keyId: Buffer,
  startMs: number,
  sums: Readonly<BucketSums>,
): Insertable<Tables["usage_bucket"]> {
  return {
    key_id: keyId,
    start_ms: startMs,
    requests: sums.requests,
    errors: sums.errors,
    usage_records: sums.usageRecords,
    llm_calls: sums.llmCalls,
    embedding_calls: sums.embeddingCalls,
    input_tokens: sums.inputTokens,
    output_tokens: sums.outputTokens,
    total_picousd: String(boundedInteger(sums.totalPicousd)),
    unpriced_records: sums.unpricedRecords,
    suspect_records: sums.suspectRecords,
    lower_bound_picousd: String(boundedInteger(sums.lowerBoundPicousd)),
    elapsed_ms: sums.elapsedMs,
  };
}

/** What a row says. Which request took longest stands in its record only. */
export function amountsOf(row: SumsRow): KeyAmounts {
  return { ...sumsOfRow(row), slowestMs: 0 };
}

/** From the first moment, inclusive, to the last, exclusive, in Unix milliseconds. */
export interface Range {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A condition: the column lies in one of these ranges, of which there is at least one. */
export function within(column: string, ranges: readonly Range[]): RawBuilder<boolean> {
  const conditions = ranges.map(
    ({ fromMs, untilMs }) => sql`(${sql.ref(column)} >= ${fromMs} AND ${sql.ref(column)} < ${untilMs})`,
  );
  return sql<boolean>`(${sql.join(conditions, sql` OR `)})`;
}
