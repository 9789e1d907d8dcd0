/** What is asked of the buckets, and what they answer. */
import type { BUCKET_DIMENSION_COLUMNS } from "./bucket.ts";
import type { AnsweredSums } from "./page.ts";

/** Which buckets a question is about. */
export interface BucketSelection {
  /** Start of the first bucket, inclusive, in Unix milliseconds. */
  readonly fromMs: number;
  /** Start of the first bucket that is not meant any more. */
  readonly untilMs: number;
  /** Whether health checks and the like count. */
  readonly includesSystem: boolean;
  readonly filters: BucketFilters;
}

/** Exact values; an absent filter lets everything pass. */
export interface BucketFilters {
  readonly agent?: string | undefined;
  readonly user?: string | undefined;
  /** The alias or the hash of an API key. */
  readonly key?: string | undefined;
  readonly organization?: string | undefined;
  readonly route?: string | undefined;
  /** Only usage records have a model and a category. */
  readonly model?: string | undefined;
  readonly category?: string | undefined;
}

/** Columns of `usage_key` that sums can be told apart by. */
export type KeyColumn = Exclude<(typeof BUCKET_DIMENSION_COLUMNS)[number], "price_id">;

/** What the keys of sums have in common. What they do not say, or what was not asked for, is null. */
export interface KeyValues {
  readonly category: string | null;
  readonly routeGroup: string | null;
  readonly urlTemplate: string | null;
  readonly status: number | null;
  readonly organization: string | null;
  /** The alias if the key has one, else the hash. */
  readonly key: string | null;
  readonly agent: string | null;
  readonly user: string | null;
  readonly model: string | null;
  readonly modelSource: string | null;
}

/** What sums can be told apart by. */
export type KeyAttribute = keyof KeyValues;

/** What buckets add up to, within the selection. */
export interface GroupSums {
  readonly values: KeyValues;
  /** Local days since 1970-01-01; only where days were asked for. */
  readonly day: number | undefined;
  readonly sums: Readonly<AnsweredSums>;
}

/** From the first moment, inclusive, to the last, exclusive, in Unix milliseconds. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A day of some time zone. */
export interface LocalDay {
  /** Counted from 1970-01-01. */
  readonly day: number;
  /** Mostly one; two where a clock that was set back made the day before come again. */
  readonly spans: readonly TimeSpan[];
}

/** The earliest and the latest moment that a Date can hold. */
export const TIME_MIN_MS = -8.64e15;
export const TIME_MAX_MS = 8.64e15;
