/** Where answers about usage come from: the embedded store, the audit files, a search server. */
import type { BucketSelection } from "../store/bucket-query.ts";
import type { Dimension, DimensionValue } from "./dimension.ts";
import type { SlowestRow } from "./slowest.ts";
import type { UsageSums } from "./sums.ts";
import type { TimeZone } from "./time-zone.ts";

/** Which records a question is about. */
export interface UsageSelection extends BucketSelection {
  /** Whose days are meant where sums are told apart by day. */
  readonly zone: TimeZone;
}

/** The sums of one combination of values. */
export interface UsageGroup {
  /** One value for each dimension asked for, in that order; a day by its name, `2026-11-21`. */
  readonly values: readonly DimensionValue[];
  readonly sums: Readonly<UsageSums>;
}

/**
 * What every source answers, each with the same figures. Sums are exact, those of money to the pico-dollar.
 * Methods reject with a {@link UsageFault} where the source cannot answer.
 */
export interface UsageSource {
  /** The sums of the selection, apart by these dimensions; each combination once, in no order. Without dimensions it is one. */
  groups(selection: UsageSelection, by: readonly Dimension[]): Promise<readonly UsageGroup[]>;

  /**
   * The first and the last moment of the selection with data, in Unix milliseconds, each maybe up to a quarter of
   * an hour early but within its day; undefined if there is none.
   */
  span(selection: UsageSelection): Promise<UsageSpan | undefined>;

  /** The models that records of the selection did not name and that were assumed, in order. */
  assumedModels(selection: UsageSelection): Promise<readonly string[]>;

  /** At most `limit` requests that took longest, the slowest first. */
  slowest(selection: SlowestSelection, limit: number): Promise<readonly SlowestRow[]>;

  close(): Promise<void>;
}

export interface UsageSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Requests have neither model nor category, so a filter by these lets none pass. */
export type SlowestSelection = BucketSelection;

/** Why a source cannot answer. The message is one sentence: what happened, what to do. */
export class UsageFault extends Error {}
