/**
 * Buckets: usage summed up per quarter of an hour (UTC) and per combination of everything people group by.
 *
 * A quarter of an hour, because every time zone's offset is a multiple of it: so a bucket lies within one
 * local day, whatever the zone. The same sums are packed into pages beside them, of hours (in quarters) and of UTC days
 * (as a whole), which is what questions read: see `page.ts`.
 */
import type { TokenRates } from "../cost/money.ts";
import type { StoreRow } from "./row.ts";

export const BUCKET_MS = 15 * 60 * 1000;

/** The largest value of an integer column; sums stop there instead of failing (in US dollars: 9.2 million). */
export const INTEGER_MAX = 2n ** 63n - 1n;

/** An amount as an integer column can hold it. */
export function boundedInteger(amount: bigint): bigint {
  return amount > INTEGER_MAX ? INTEGER_MAX : amount;
}

/** No single line counts for more tokens, calls or milliseconds than this: 10^12 lies far beyond any real one. */
export const COUNT_PER_LINE_MAX = 1e12;

/** The columns that tell one series of buckets from another, in the order of `BUCKET_DIMENSION_COLUMNS`. */
export type BucketDimensions = readonly (string | number | null)[];

/** Their names in the table `usage_key`. */
export const BUCKET_DIMENSION_COLUMNS = [
  "category",
  "route_group",
  "url_template",
  "status",
  "organization_id",
  "api_key_hash",
  "api_key_alias",
  "agent_id",
  "user_id",
  "model",
  "model_source",
  "price_id",
] as const;

/** The columns of a bucket that add up. */
export const SUM_COLUMNS = [
  "requests",
  "errors",
  "usage_records",
  "llm_calls",
  "embedding_calls",
  "input_tokens",
  "output_tokens",
  "total_picousd",
  "unpriced_records",
  "suspect_records",
  "lower_bound_picousd",
  "elapsed_ms",
] as const;

/** What is added up. Amounts in pico-dollars; tokens of usage records, embeddings included. */
export interface BucketSums {
  requests: number;
  /** Requests with a status of 400 or above. */
  errors: number;
  usageRecords: number;
  llmCalls: number;
  embeddingCalls: number;
  inputTokens: number;
  outputTokens: number;
  totalPicousd: bigint;
  /** Usage records without a known price: their cost is not in the total. */
  unpricedRecords: number;
  /** Usage records whose counts are doubtful. */
  suspectRecords: number;
  /** As `totalPicousd`, but with the lower bound of each suspect record that has one. */
  lowerBoundPicousd: bigint;
  /** How long requests took, or the calls of usage records: whole milliseconds. */
  elapsedMs: number;
}

/** The columns of sums as databases give them: integers, decimal text, or numbers where they are small. */
export type SumsRow = Readonly<Record<(typeof SUM_COLUMNS)[number], bigint | string | number>>;

/** What a row of a bucket says. */
export function sumsOfRow(row: SumsRow): BucketSums {
  return {
    requests: Number(row.requests),
    errors: Number(row.errors),
    usageRecords: Number(row.usage_records),
    llmCalls: Number(row.llm_calls),
    embeddingCalls: Number(row.embedding_calls),
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    totalPicousd: BigInt(row.total_picousd),
    unpricedRecords: Number(row.unpriced_records),
    suspectRecords: Number(row.suspect_records),
    lowerBoundPicousd: BigInt(row.lower_bound_picousd),
    elapsedMs: Number(row.elapsed_ms),
  };
}

/** The sums of one bucket that one batch adds. */
export interface BucketDelta {
  readonly startMs: number;
  readonly dimensions: BucketDimensions;
  /** The rates of the price in the dimensions; undefined if there is none. */
  readonly rates: TokenRates | undefined;
  readonly sums: BucketSums;
  readonly repeated: RepeatedTokens;
  /** No request took longer; whole milliseconds. */
  slowestMs: number;
}

/**
 * Tokens of records whose calls look alike (`uniform_calls`), but for one call of each: what the lower bound of the
 * cost leaves out, so that it can be computed again with other rates.
 */
export interface RepeatedTokens {
  inputTokens: number;
  outputTokens: number;
}

function dimensionsOf(row: StoreRow): BucketDimensions {
  const { cost } = row;
  return [
    cost?.category ?? null,
    row.routeGroup,
    row.urlTemplate,
    row.status,
    row.organizationId,
    row.apiKeyHash,
    row.apiKeyAlias,
    row.agentId,
    row.userId,
    cost?.model ?? null,
    cost?.modelSource ?? null,
    cost?.priceId ?? null,
  ];
}

// Texts hold no NUL, so each NUL starts a mark of two characters: the key can be read in one way only.
function inMemoryKey(startMs: number, row: StoreRow): string {
  const { cost } = row;
  let key = `${startMs}\0|${row.routeGroup}\0|${row.status}`;
  key += `\0|${row.urlTemplate ?? "\0-"}\0|${row.agentId ?? "\0-"}\0|${row.userId ?? "\0-"}`;
  key += `\0|${row.organizationId ?? "\0-"}\0|${row.apiKeyHash ?? "\0-"}\0|${row.apiKeyAlias ?? "\0-"}`;
  if (cost !== undefined)
    key += `\0|${cost.category}\0|${cost.model}\0|${cost.modelSource}\0|${cost.priceId ?? "\0-"}`;
  return key;
}

/** The sums of nothing. */
export function emptySums(): BucketSums {
  return {
    requests: 0,
    errors: 0,
    usageRecords: 0,
    llmCalls: 0,
    embeddingCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
    totalPicousd: 0n,
    unpricedRecords: 0,
    suspectRecords: 0,
    lowerBoundPicousd: 0n,
    elapsedMs: 0,
  };
}

function boundedCount(count: number): number {
  return Math.min(Math.max(Math.round(count), 0), COUNT_PER_LINE_MAX);
}

function addRequest(delta: BucketDelta, row: StoreRow): void {
  const { sums } = delta;
  sums.requests += 1;
  if (row.status !== null && row.status >= 400) sums.errors += 1;
  sums.elapsedMs += boundedCount(row.elapsedMs ?? 0);
  const roundedUp = Math.min(Math.ceil(row.elapsedMs ?? 0), Number.MAX_SAFE_INTEGER);
  delta.slowestMs = Math.max(delta.slowestMs, roundedUp);
}

function addRepeated(repeated: RepeatedTokens, { cost }: StoreRow): void {
  if (cost === undefined || cost.calls < 1 || !cost.quality.includes("uniform_calls")) return;
  const repeats = (tokens: number): number => boundedCount(tokens) - boundedCount(tokens / cost.calls);
  repeated.inputTokens += repeats(cost.inputTokens);
  repeated.outputTokens += repeats(cost.outputTokens);
}

function addUsage(sums: BucketSums, row: StoreRow): void {
  const { cost } = row;
  if (cost === undefined) return;
  sums.usageRecords += 1;
  // By the kind, not by the category: an embedding of the system's own is still an embedding.
  if (row.kind === "token_usage") sums.llmCalls += boundedCount(cost.calls);
  else sums.embeddingCalls += boundedCount(cost.calls);
  sums.inputTokens += boundedCount(cost.inputTokens);
  sums.outputTokens += boundedCount(cost.outputTokens);
  // A request's own duration is not that of its embeddings.
  if (row.kind !== "request") sums.elapsedMs += boundedCount(row.elapsedMs ?? 0);
  if (cost.status === "unpriced") sums.unpricedRecords += 1;
  if (cost.quality.some((remark) => remark !== "max_tokens_hit")) sums.suspectRecords += 1;
  const total = cost.totalPicousd ?? 0n;
  sums.totalPicousd += total;
  const hasLowerBound = cost.lowerBoundUsd !== undefined && cost.calls >= 1;
  sums.lowerBoundPicousd += hasLowerBound ? total / BigInt(cost.calls) : total;
}

function deltaOf(deltas: Map<string, BucketDelta>, row: StoreRow): BucketDelta {
  const startMs = Math.floor(row.timestampMs / BUCKET_MS) * BUCKET_MS;
  const key = inMemoryKey(startMs, row);
  const known = deltas.get(key);
  if (known !== undefined) return known;
  const delta = {
    startMs,
    dimensions: dimensionsOf(row),
    rates: row.cost?.rates,
    sums: emptySums(),
    repeated: { inputTokens: 0, outputTokens: 0 },
    slowestMs: 0,
  };
  deltas.set(key, delta);
  return delta;
}

/**
 * Sums up rows in memory, so that a batch costs one statement per bucket instead of one per line. A request whose
 * embeddings were estimated is two things: a request, and usage.
 */
export function sumRows(rows: readonly StoreRow[]): BucketDelta[] {
  const deltas = new Map<string, BucketDelta>();
  for (const row of rows) {
    if (row.kind === "request")
      addRequest(deltaOf(deltas, row.cost === undefined ? row : { ...row, cost: undefined }), row);
    if (row.cost === undefined) continue;
    const { sums, repeated } = deltaOf(deltas, row);
    addUsage(sums, row);
    addRepeated(repeated, row);
  }
  return [...deltas.values()];
}
