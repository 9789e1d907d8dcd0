/**
 * Remarks on a usage record whose figures look wrong. They are never corrected: a cost is computed as logged.
 *
 * The service counts tokens with one global counter: requests that overlap count each other's calls, measured
 * at up to 9.5 times the truth.
 */
import type { CostQuality } from "./cost.ts";

/** The figures of one usage record; undefined where they are missing or no counts. */
export interface UsageFigures {
  readonly path: unknown;
  readonly calls: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** As logged; undefined or null: the record has no total. */
  readonly totalTokens: unknown;
  /** The limit of output tokens per call, where the record says it. */
  readonly maxTokens: number | undefined;
  /** Input tokens from and into a cache; totals are known with them and without. */
  readonly cachedTokens?: number;
}

/** mem0 1.x makes at most two LLM calls in an add, 2.x one: more were counted for other requests. */
const CALLS_PER_ADD_MAX = 2;
/** With fewer calls it is too likely by chance that both sums are divisible by them. */
const UNIFORM_CALLS_MIN = 3;

const NONE: readonly CostQuality[] = [];

/** The remarks on a `token_usage` record, in a fixed order. */
export function qualityOfTokenUsage(figures: UsageFigures): readonly CostQuality[] {
  const { calls, inputTokens, outputTokens } = figures;
  const isOverCounted = figures.path === "/memory/add" && calls !== undefined && calls > CALLS_PER_ADD_MAX;
  const isUniform = hasUniformCalls(calls, inputTokens, outputTokens);
  const isAtLimit = hasHitMaxTokens(figures);
  const isInconsistent = hasInconsistentTotal(figures);
  if (!isOverCounted && !isUniform && !isAtLimit && !isInconsistent) return NONE;

  const quality: CostQuality[] = [];
  if (isOverCounted) quality.push("over_count_suspected");
  if (isUniform) quality.push("uniform_calls");
  if (isAtLimit) quality.push("max_tokens_hit");
  if (isInconsistent) quality.push("tokens_inconsistent");
  return quality;
}

/** The remarks on an `embedding_usage` record, which has input tokens only. */
export function qualityOfEmbeddingUsage(figures: UsageFigures): readonly CostQuality[] {
  return hasInconsistentTotal(figures) ? ["tokens_inconsistent"] : NONE;
}

/** Both sums divisible by the calls: most likely one call, counted once by each wrapper. No tokens are no sign. */
function hasUniformCalls(
  calls: number | undefined,
  inputTokens: number | undefined,
  outputTokens: number | undefined,
): boolean {
  if (calls === undefined || calls < UNIFORM_CALLS_MIN) return false;
  if (inputTokens === undefined || outputTokens === undefined) return false;
  return inputTokens % calls === 0 && outputTokens % calls === 0 && inputTokens + outputTokens > 0;
}

/** Only where the record itself says what the limit was: the service's setting is not known here. */
function hasHitMaxTokens({ maxTokens, calls, outputTokens }: UsageFigures): boolean {
  if (!maxTokens || !calls || outputTokens === undefined) return false;
  return outputTokens >= maxTokens * calls;
}

function hasInconsistentTotal(figures: UsageFigures): boolean {
  const { totalTokens, inputTokens, outputTokens, cachedTokens = 0 } = figures;
  if (totalTokens === undefined || totalTokens === null) return false;
  // What is measured in time alone, a training, has no tokens, and a total of none.
  if (inputTokens === undefined || outputTokens === undefined) return totalTokens !== 0;
  const total = inputTokens + outputTokens;
  return totalTokens !== total && totalTokens !== total + cachedTokens;
}
