/**
 * What is added up of each group, and how it is read out of an answer.
 *
 * Servers add in floating point. A sum of whole numbers, none of them negative, is exact as long as it stays below
 * 2^53; one that is told as less than half of that has stayed there all the way, whatever the order of additions.
 * Larger sums are told to be inexact, and whoever asks asks for smaller parts.
 */
import { COUNT_PER_LINE_MAX } from "../../../store/bucket.ts";
import type { UsageSums } from "../../../usage/sums.ts";
import { member } from "../answer.ts";
import { type Condition, ESTIMATED, equals } from "./filters.ts";

/** Above this a sum told by a server may be rounded. */
const EXACT_SUM_MAX = 2 ** 52;

/**
 * Lower bounds are dollars, and most of them rounded to 53 bits. Servers add with compensation, so up to this sum all
 * roundings together, theirs of each shard and ours to pico-dollars included, stay below half a pico-dollar: 7 times
 * 2^-53 of 512 dollars is 0.4 pico-dollars.
 */
const EXACT_USD_MAX = 512;

/** A field whose values are added up. */
export interface Measure {
  readonly field: string;
  /** Which documents count. */
  readonly condition: Condition;
  /** What one document counts at most. */
  readonly valueMax: bigint;
}

type MeasureName =
  | "llmCalls"
  | "embeddingCalls"
  | "inputTokens"
  | "outputTokens"
  | "estimatedCalls"
  | "estimatedTokens"
  | "totalPicousd";

const LLM = equals("event.kind", "token_usage");
const EMBEDDING = equals("event.kind", "embedding_usage");
const RECORDED = { terms: { "event.kind": ["token_usage", "embedding_usage"] } };
const ANY_USAGE = { bool: { should: [RECORDED, ESTIMATED] } };

/** A count of a usage record; what is no safe integer from 0 on is none, and counts as 0. */
function countMeasure(field: string, kind: Condition): Measure {
  const isCount = { range: { [field]: { gte: 0, lte: Number.MAX_SAFE_INTEGER } } };
  return { field, condition: { bool: { filter: [kind, isCount] } }, valueMax: BigInt(COUNT_PER_LINE_MAX) };
}

export const MEASURES: Readonly<Record<MeasureName, Measure>> = {
  llmCalls: countMeasure("llm_calls", LLM),
  embeddingCalls: countMeasure("calls", EMBEDDING),
  inputTokens: countMeasure("input_tokens", RECORDED),
  outputTokens: countMeasure("output_tokens", LLM),
  estimatedCalls: countMeasure("cost.calls", ESTIMATED),
  estimatedTokens: countMeasure("cost.input_tokens", ESTIMATED),
  totalPicousd: { field: "cost.total_picousd", condition: ANY_USAGE, valueMax: 2n ** 63n - 1n },
};

export const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[];

/** Requests with a status of 400 or above; the store takes a status of ten digits for none. */
const FAILED = { range: { status: { gte: 400, lt: 1e9 } } };

/** `max_tokens_hit` is no doubt about the counts. */
const DOUBTS = ["over_count_suspected", "uniform_calls", "tokens_inconsistent", "estimated"];

/** The aggregations that {@link readFigures} reads. */
export const FIGURES = {
  first: { min: { field: "@timestamp" } },
  last: { max: { field: "@timestamp" } },
  requests: { filter: equals("event.kind", "request"), aggs: { errors: { filter: FAILED } } },
  usageRecords: { filter: ANY_USAGE },
  unpriced: { filter: equals("cost.status", "unpriced") },
  suspect: { filter: { terms: { "cost.quality": DOUBTS } } },
  bounded: {
    filter: { exists: { field: "cost.lower_bound_usd" } },
    aggs: {
      total: { sum: { field: "cost.total_picousd" } },
      lower: { sum: { field: "cost.lower_bound_usd" } },
    },
  },
  ...Object.fromEntries(
    Object.entries(MEASURES).map(([name, { field, condition }]) => [
      name,
      { filter: condition, aggs: { values: { stats: { field } } } },
    ]),
  ),
};

/** What a server says of one group. */
export interface Figures {
  /** The first and the last moment of its documents, in Unix milliseconds. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly sums: UsageSums;
  /** False if a sum may be rounded, or holds a value that counts for less than it says. */
  readonly isExact: boolean;
}

/** Reads one group of an answer to {@link FIGURES}. */
export function readFigures(group: unknown): Figures {
  const requests = member(group, "requests");
  const bounded = member(group, "bounded");
  const stats = (name: MeasureName) => member(member(group, name), "values");
  const sum = (name: MeasureName) => numberIn(stats(name), "sum");
  return {
    firstMs: numberIn(member(group, "first"), "value"),
    lastMs: numberIn(member(group, "last"), "value"),
    sums: {
      requests: numberIn(requests, "doc_count"),
      errors: numberIn(member(requests, "errors"), "doc_count"),
      usageRecords: numberIn(member(group, "usageRecords"), "doc_count"),
      llmCalls: sum("llmCalls"),
      embeddingCalls: sum("embeddingCalls") + sum("estimatedCalls"),
      inputTokens: sum("inputTokens") + sum("estimatedTokens"),
      outputTokens: sum("outputTokens"),
      totalPicousd: BigInt(sum("totalPicousd")),
      unpricedRecords: numberIn(member(group, "unpriced"), "doc_count"),
      suspectRecords: numberIn(member(group, "suspect"), "doc_count"),
      lowerBoundPicousd: BigInt(sum("totalPicousd")) - excess(bounded),
    },
    isExact:
      lowerUsd(bounded) <= EXACT_USD_MAX &&
      MEASURE_NAMES.every(
        (name) =>
          sum(name) <= EXACT_SUM_MAX && numberIn(stats(name), "max") <= Number(MEASURES[name].valueMax),
      ),
  };
}

/** By how much the total exceeds the lower bounds, in pico-dollars. */
function excess(bounded: unknown): bigint {
  const total = numberIn(member(bounded, "total"), "value");
  return BigInt(total) - BigInt(Math.round(lowerUsd(bounded) * 1e12));
}

/** The sum of the lower bounds in dollars. */
function lowerUsd(bounded: unknown): number {
  return numberIn(member(bounded, "lower"), "value");
}

/** A number of an answer; 0 where there is none, as in the statistics of nothing. */
function numberIn(value: unknown, name: string): number {
  const number = member(value, name);
  return typeof number === "number" ? number : 0;
}
