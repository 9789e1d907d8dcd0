/** One answer to "what was used, and what did it cost", for the command line, the API and the page. */
import type { BucketFilters } from "../store/bucket-query.ts";
import type { Dimension, DimensionValue } from "./dimension.ts";
import { type Period, periodBounds, type Range, rangeOf } from "./period.ts";
import type { UsageGroup, UsageSelection, UsageSource } from "./source.ts";
import { addSums, emptyUsageSums, toFigures, type UsageFigures, type UsageSums } from "./sums.ts";
import type { TimeZone } from "./time-zone.ts";

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

export interface UsageReport {
  readonly range: Range;
  readonly zone: TimeZone;
  readonly by: readonly Dimension[];
  /** By day ascending if days were asked for, else by cost and requests, highest first. */
  readonly groups: readonly UsageGroup[];
  readonly totals: Readonly<UsageSums>;
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

/** Selects what a question is about. */
export function selectionOf(question: Omit<UsageQuestion, "by" | "today">): UsageSelection {
  const { period, zone, includesSystem, filters = {} } = question;
  return { ...periodBounds(period, zone), includesSystem, filters, zone };
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

/** Answers a question. Rejects with a `UsageFault` where the source cannot. */
export async function usageReport(source: UsageSource, question: UsageQuestion): Promise<UsageReport> {
  const { by, zone, period, today } = question;
  const selection = selectionOf(question);
  const groups = await source.groups(selection, by);
  const totals = emptyUsageSums();
  for (const { sums } of groups) addSums(totals, sums);
  return {
    range: rangeOf(period, await source.span(selection), zone, today),
    zone,
    by,
    groups: by.length === 0 ? [] : groups.toSorted(compareGroups(by)),
    totals,
    assumedModels: await source.assumedModels(selection),
  };
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
