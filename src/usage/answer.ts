/** One answer to "what was used, and what did it cost", for the command line, the API and the page. */

import { type BucketSums, emptySums } from "../store/bucket.ts";
import {
  assumedModels,
  type BucketFilters,
  type BucketSelection,
  bucketSpan,
  type KeyColumn,
  type KeySums,
  sumByDay,
  sumByKey,
} from "../store/bucket-query.ts";
import type { Database } from "../system/sqlite.ts";
import { columnsOf, type Dimension, type DimensionValue, dimensionValue } from "./dimension.ts";
import { type Period, periodBounds, type Range, rangeOf } from "./period.ts";
import { addSums, toFigures, type UsageFigures } from "./sums.ts";
import { dayName, type TimeZone } from "./time-zone.ts";

export interface UsageQuestion {
  readonly period: Period;
  readonly zone: TimeZone;
  /** The local day at present, counted from 1970-01-01. */
  readonly today: number;
  readonly by: readonly Dimension[];
  /** Whether health checks and the like count. */
  readonly includesSystem: boolean;
  readonly filters?: BucketFilters;
}

/** The sums of one combination of values. */
export interface UsageGroup {
  /** One value for each dimension of the question, in its order. */
  readonly values: readonly DimensionValue[];
  readonly sums: BucketSums;
}

export interface UsageReport {
  readonly range: Range;
  readonly zone: TimeZone;
  readonly by: readonly Dimension[];
  /** By day ascending if days were asked for, else by cost and requests, highest first. */
  readonly groups: readonly UsageGroup[];
  readonly totals: BucketSums;
  /** Models that neither the records nor the configuration name, so that they were assumed. */
  readonly assumedModels: readonly string[];
}

/** `usage --json`. Each row begins with one member per dimension of the question. */
export interface UsageAnswer {
  readonly range: Range;
  readonly tz: string;
  readonly by: readonly Dimension[];
  readonly rows: readonly (UsageFigures & Partial<Record<Dimension, DimensionValue>>)[];
  readonly totals: UsageFigures;
}

/** Selects the buckets of a question. */
export function selectionOf(question: Omit<UsageQuestion, "by" | "today">): BucketSelection {
  const { includesSystem, filters = {} } = question;
  return { ...periodBounds(question.period, question.zone), includesSystem, filters };
}

/** The sums of every local day, apart by `columns` of the keys. */
export function* daySums(
  database: Database,
  selection: BucketSelection,
  columns: readonly KeyColumn[],
  zone: TimeZone,
): Iterable<KeySums> {
  const span = bucketSpan(database, selection);
  if (span === undefined) return;
  for (const { fromMs, untilMs, offsetMs } of zone.offsetSpans(span.firstMs, span.lastMs + 1))
    yield* sumByDay(database, { ...selection, fromMs, untilMs }, columns, offsetMs);
}

function groupValue(sums: KeySums, dimension: Dimension): DimensionValue {
  if (dimension !== "day") return dimensionValue(sums, dimension);
  return sums.day === undefined ? null : dayName(sums.day);
}

function compareValues(a: DimensionValue | undefined, b: DimensionValue | undefined): number {
  if (a === b) return 0;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}

/** Days first, in their order; then what costs most; then a fixed order, so that equal questions have equal answers. */
function compareGroups(by: readonly Dimension[]): (a: UsageGroup, b: UsageGroup) => number {
  const dayIndex = by.indexOf("day");
  return (a, b) => {
    const byDay = dayIndex < 0 ? 0 : compareValues(a.values[dayIndex], b.values[dayIndex]);
    if (byDay !== 0) return byDay;
    const costs = b.sums.totalPicousd - a.sums.totalPicousd;
    if (costs !== 0n) return costs > 0n ? 1 : -1;
    if (a.sums.requests !== b.sums.requests) return b.sums.requests - a.sums.requests;
    for (const [index, value] of a.values.entries()) {
      const order = compareValues(value, b.values[index]);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** Answers a question from the buckets; without a database as if there were no data. */
export function usageReport(database: Database | undefined, question: UsageQuestion): UsageReport {
  const { by, zone, period, today } = question;
  if (database === undefined)
    return { ...addUp([], by), range: rangeOf(period, undefined, zone, today), zone, by, assumedModels: [] };
  const selection = selectionOf(question);
  const parts = by.includes("day")
    ? daySums(database, selection, columnsOf(by), zone)
    : sumByKey(database, selection);
  return {
    ...addUp(parts, by),
    range: rangeOf(period, bucketSpan(database, selection), zone, today),
    zone,
    by,
    assumedModels: assumedModels(database, selection),
  };
}

function addUp(parts: Iterable<KeySums>, by: readonly Dimension[]): Pick<UsageReport, "groups" | "totals"> {
  const groups = new Map<string, UsageGroup>();
  const totals = emptySums();
  for (const part of parts) {
    const values = by.map((dimension) => groupValue(part, dimension));
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { values, sums: emptySums() };
    groups.set(key, group);
    addSums(group.sums, part.sums);
    addSums(totals, part.sums);
  }
  return { groups: by.length === 0 ? [] : [...groups.values()].sort(compareGroups(by)), totals };
}

/** The report as `usage --json` prints it. */
export function toUsageAnswer({ range, zone, by, groups, totals }: UsageReport): UsageAnswer {
  return {
    range,
    tz: zone.name,
    by,
    rows: groups.map(({ values, sums }) => ({
      ...Object.fromEntries(by.map((dimension, index) => [dimension, values[index] ?? null])),
      ...toFigures(sums),
    })),
    totals: toFigures(totals),
  };
}
