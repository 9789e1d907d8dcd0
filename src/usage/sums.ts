/** Adding up what buckets say, and saying it in an answer. */
import { picousdToDecimal } from "../cost/money.ts";
import type { BucketSums } from "../store/bucket.ts";

/** The members that every row of an answer and its totals have. Counts are numbers, money is decimal text. */
export interface UsageFigures {
  readonly requests: number;
  readonly errors: number;
  /** Errors per request, 0 to 1; 0 without requests. */
  readonly error_rate: number;
  readonly llm_calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly embedding_calls: number;
  /** Exact, in US dollars. Unpriced records are not in it. */
  readonly total_usd: string;
  readonly unpriced_records: number;
  readonly suspect_records: number;
}

/** Adds `more` to `sums`. */
export function addSums(sums: BucketSums, more: Readonly<BucketSums>): void {
  sums.requests += more.requests;
  sums.errors += more.errors;
  sums.usageRecords += more.usageRecords;
  sums.llmCalls += more.llmCalls;
  sums.embeddingCalls += more.embeddingCalls;
  sums.inputTokens += more.inputTokens;
  sums.outputTokens += more.outputTokens;
  sums.totalPicousd += more.totalPicousd;
  sums.unpricedRecords += more.unpricedRecords;
  sums.suspectRecords += more.suspectRecords;
  sums.lowerBoundPicousd += more.lowerBoundPicousd;
  sums.elapsedMs += more.elapsedMs;
}

/** `part / whole`, and 0 of nothing. */
export function rate(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export function toFigures(sums: Readonly<BucketSums>): UsageFigures {
  return {
    requests: sums.requests,
    errors: sums.errors,
    error_rate: rate(sums.errors, sums.requests),
    llm_calls: sums.llmCalls,
    input_tokens: sums.inputTokens,
    output_tokens: sums.outputTokens,
    total_tokens: sums.inputTokens + sums.outputTokens,
    embedding_calls: sums.embeddingCalls,
    total_usd: picousdToDecimal(sums.totalPicousd),
    unpriced_records: sums.unpricedRecords,
    suspect_records: sums.suspectRecords,
  };
}
