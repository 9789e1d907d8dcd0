/** Usage as one number per day, in the format that `/api/v1/usage` answers. */
import assert from "node:assert/strict";
import { picousdToDecimal } from "../cost/money.ts";
import type { BucketFilters } from "../store/bucket-query.ts";
import { selectionOf } from "./answer.ts";
import type { Dimension, DimensionValue } from "./dimension.ts";
import type { UsageSource } from "./source.ts";
import { addSums, emptyUsageSums, type UsageSums } from "./sums.ts";
import { dayName, type TimeZone } from "./time-zone.ts";

export interface SeriesQuestion {
  /** Local days, both inclusive, counted from 1970-01-01. */
  readonly period: { readonly since: number; readonly until: number };
  readonly zone: TimeZone;
  readonly groupBy?: Exclude<Dimension, "day"> | undefined;
  readonly filters?: BucketFilters;
  /** False while lines are known that the store has not taken in yet. */
  readonly isComplete: boolean;
}

/** One number per day and series, aligned with the labels. */
export interface SeriesNumbers {
  readonly series: {
    readonly memory_create: readonly number[];
    readonly memory_search: readonly number[];
    /** All requests but health checks and the like. */
    readonly total: readonly number[];
    readonly success: readonly number[];
    readonly error: readonly number[];
  };
  /** US dollars, as decimal text. */
  readonly cost: Readonly<Record<CostSeries, readonly string[]>>;
  /** Input and output tokens. */
  readonly tokens: Readonly<Record<CostSeries, readonly number[]>>;
  readonly summary: {
    readonly total_requests: number;
    readonly success_count: number;
    readonly error_count: number;
    /** Memories added: successful requests of `memory_create`. */
    readonly memory_count: number;
    /** Successful searches. */
    readonly search_count: number;
    readonly total_usd: string;
  };
}

/** Usage records know no success or failure, so money and tokens come in these series only. */
type CostSeries = "memory_create" | "memory_search" | "total";

export interface CategoryNumbers {
  readonly records: number;
  readonly llm_calls: number;
  readonly embedding_calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_usd: string;
  readonly unpriced_records: number;
}

/** The answer of `GET /api/v1/usage`. */
export interface SeriesAnswer extends SeriesNumbers {
  readonly range: { readonly start: string; readonly end: string };
  readonly tz: string;
  readonly labels: readonly string[];
  readonly by_category: Readonly<Record<string, CategoryNumbers>>;
  readonly unpriced_records: number;
  readonly suspect_records: number;
  /** False while lines are known that are not counted yet. */
  readonly complete: boolean;
  /** Only if a grouping was asked for: each with its value, named as the dimension; what costs most first. */
  readonly groups?: readonly (SeriesNumbers & Partial<Record<Dimension, DimensionValue>>)[];
  /** Groups beyond `GROUPS_MAX`, which are in the totals only. */
  readonly groups_left_out?: number;
}

/** More groups than this are no answer but a download. */
export const GROUPS_MAX = 100;

/** The sums of each day, and of its two best known routes. */
class DaySeries {
  readonly totals = emptyUsageSums();
  readonly #days: readonly Readonly<Record<CostSeries, UsageSums>>[];
  readonly #create = emptyUsageSums();
  readonly #search = emptyUsageSums();

  constructor(days: number) {
    this.#days = Array.from({ length: days }, () => ({
      memory_create: emptyUsageSums(),
      memory_search: emptyUsageSums(),
      total: emptyUsageSums(),
    }));
  }

  add(dayIndex: number, route: DimensionValue | undefined, sums: Readonly<UsageSums>): void {
    const day = this.#days[dayIndex];
    assert(day !== undefined, "the selection has days that were not asked for");
    addSums(this.totals, sums);
    addSums(day.total, sums);
    if (route === "memory_create") {
      addSums(this.#create, sums);
      addSums(day.memory_create, sums);
    } else if (route === "memory_search") {
      addSums(this.#search, sums);
      addSums(day.memory_search, sums);
    }
  }

  numbers(): SeriesNumbers {
    return {
      series: {
        memory_create: this.#days.map((day) => day.memory_create.requests),
        memory_search: this.#days.map((day) => day.memory_search.requests),
        total: this.#days.map(({ total }) => total.requests),
        success: this.#days.map(({ total }) => total.requests - total.errors),
        error: this.#days.map(({ total }) => total.errors),
      },
      cost: this.#perRoute(({ totalPicousd }) => picousdToDecimal(totalPicousd)),
      tokens: this.#perRoute(({ inputTokens, outputTokens }) => inputTokens + outputTokens),
      summary: {
        total_requests: this.totals.requests,
        success_count: this.totals.requests - this.totals.errors,
        error_count: this.totals.errors,
        memory_count: this.#create.requests - this.#create.errors,
        search_count: this.#search.requests - this.#search.errors,
        total_usd: picousdToDecimal(this.totals.totalPicousd),
      },
    };
  }

  #perRoute<Value>(value: (sums: UsageSums) => Value): Record<CostSeries, Value[]> {
    return {
      memory_create: this.#days.map((day) => value(day.memory_create)),
      memory_search: this.#days.map((day) => value(day.memory_search)),
      total: this.#days.map((day) => value(day.total)),
    };
  }
}

function toCategoryNumbers(sums: UsageSums): CategoryNumbers {
  return {
    records: sums.usageRecords,
    llm_calls: sums.llmCalls,
    embedding_calls: sums.embeddingCalls,
    input_tokens: sums.inputTokens,
    output_tokens: sums.outputTokens,
    total_usd: picousdToDecimal(sums.totalPicousd),
    unpriced_records: sums.unpricedRecords,
  };
}

interface Group {
  readonly value: DimensionValue;
  readonly series: DaySeries;
}

function compareGroups(a: Group, b: Group): number {
  const costs = b.series.totals.totalPicousd - a.series.totals.totalPicousd;
  if (costs !== 0n) return costs > 0n ? 1 : -1;
  const requests = b.series.totals.requests - a.series.totals.requests;
  if (requests !== 0) return requests;
  return String(a.value) < String(b.value) ? -1 : 1;
}

function toGroups(groups: readonly Group[], dimension: Dimension) {
  return [...groups]
    .sort(compareGroups)
    .slice(0, GROUPS_MAX)
    .map(({ value, series }) => ({ [dimension]: value, ...series.numbers() }));
}

/** Answers with a zero where a day has no data. Rejects with a `UsageFault` where the source cannot. */
export async function usageSeries(source: UsageSource, question: SeriesQuestion): Promise<SeriesAnswer> {
  const { zone, groupBy } = question;
  const { since, until } = question.period;
  const days = until - since + 1;
  const labels = Array.from({ length: days }, (_, index) => dayName(since + index));
  const all = new DaySeries(days);
  const categories = new Map<string, UsageSums>();
  const groups = new Map<DimensionValue, Group>();
  const selection = selectionOf({
    period: question.period,
    zone,
    includesSystem: false,
    ...(question.filters && { filters: question.filters }),
  });
  const dayIndices = new Map<DimensionValue | undefined, number>(
    labels.map((label, index) => [label, index]),
  );
  const by: readonly Dimension[] = ["day", "route", "category", ...(groupBy === undefined ? [] : [groupBy])];
  for (const { values, sums } of await source.groups(selection, by)) {
    const [day, route, category, value = null] = values;
    const dayIndex = dayIndices.get(day);
    assert(dayIndex !== undefined, "the source has days that were not asked for");
    all.add(dayIndex, route, sums);
    if (typeof category === "string") {
      const categorySums = categories.get(category) ?? emptyUsageSums();
      categories.set(category, categorySums);
      addSums(categorySums, sums);
    }
    if (groupBy === undefined) continue;
    const group = groups.get(value) ?? { value, series: new DaySeries(days) };
    groups.set(value, group);
    group.series.add(dayIndex, route, sums);
  }
  return {
    range: { start: dayName(since), end: dayName(until) },
    tz: zone.name,
    labels,
    ...all.numbers(),
    by_category: Object.fromEntries(
      [...categories].map(([category, sums]) => [category, toCategoryNumbers(sums)]),
    ),
    unpriced_records: all.totals.unpricedRecords,
    suspect_records: all.totals.suspectRecords,
    complete: question.isComplete,
    ...(groupBy !== undefined && {
      groups: toGroups([...groups.values()], groupBy),
      groups_left_out: Math.max(0, groups.size - GROUPS_MAX),
    }),
  };
}
