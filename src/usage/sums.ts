/** Adding up what buckets say, and saying it in an answer. */
import { picousdToDecimal } from "../cost/money.ts";
import { emptySums } from "../store/bucket.ts";
import type { AnsweredSums } from "../store/page.ts";

export type UsageSums = AnsweredSums;

/** The sums of nothing. */
export function emptyUsageSums(): UsageSums {
  return toUsageSums(emptySums());
}

/** What of the sums of buckets answers are made of. */
export function toUsageSums(sums: Readonly<UsageSums>): UsageSums {
  return {
    requests: sums.requests,
    errors: sums.errors,
    usageRecords: sums.usageRecords,
    llmCalls: sums.llmCalls,
    embeddingCalls: sums.embeddingCalls,
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    totalPicousd: sums.totalPicousd,
    unpricedRecords: sums.unpricedRecords,
    suspectRecords: sums.suspectRecords,
    lowerBoundPicousd: sums.lowerBoundPicousd,
  };
}

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
export function addSums(sums: UsageSums, more: Readonly<UsageSums>): void {
  sums.requests += more.requests;
  sums.errors += more.errors;
  // Requests alone, as most are: without usage all else is zero.
  if (more.usageRecords === 0) return;
  sums.usageRecords += more.usageRecords;
  sums.llmCalls += more.llmCalls;
  sums.embeddingCalls += more.embeddingCalls;
  sums.inputTokens += more.inputTokens;
  sums.outputTokens += more.outputTokens;
  sums.totalPicousd += more.totalPicousd;
  sums.unpricedRecords += more.unpricedRecords;
  sums.suspectRecords += more.suspectRecords;
  sums.lowerBoundPicousd += more.lowerBoundPicousd;
}

/** `part / whole`, and 0 of nothing. */
export function rate(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export function toFigures(sums: Readonly<UsageSums>): UsageFigures {
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
