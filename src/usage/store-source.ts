/** Answers about usage out of the embedded store. */

import {
  assumedModels,
  type BucketSelection,
  bucketSpan,
  type KeyColumn,
  type KeySums,
  sumByDay,
  sumByKey,
} from "../store/bucket-query.ts";
import type { Database } from "../system/sqlite.ts";
import { columnsOf, type Dimension, type DimensionValue, dimensionValue } from "./dimension.ts";
import { GroupSums } from "./groups.ts";
import type { TimedDocument } from "./slowest.ts";
import { type SlowestRow, slowestInStore, slowestOf } from "./slowest.ts";
import type { SlowestSelection, UsageGroup, UsageSelection, UsageSource, UsageSpan } from "./source.ts";
import { dayName } from "./time-zone.ts";

/**
 * A database of the store as a source. Each answer is read in one go, so that a writer on the same connection
 * cannot come between.
 */
export class StoreUsage implements UsageSource {
  readonly #database: Database;
  readonly #documents: (() => AsyncIterable<TimedDocument>) | undefined;

  /**
   * @param database closed by `close`
   * @param documents all documents, where the store keeps sums only
   */
  constructor(database: Database, documents?: () => AsyncIterable<TimedDocument>) {
    this.#database = database;
    this.#documents = documents;
  }

  async groups(selection: UsageSelection, by: readonly Dimension[]): Promise<readonly UsageGroup[]> {
    const groups = new GroupSums();
    const parts = by.includes("day")
      ? daySums(this.#database, selection, columnsOf(by))
      : sumByKey(this.#database, selection);
    for (const part of parts) {
      const values = by.map((dimension) => groupValue(part, dimension));
      groups.add(values, part.sums);
    }
    return groups.all();
  }

  async span(selection: UsageSelection): Promise<UsageSpan | undefined> {
    return bucketSpan(this.#database, selection);
  }

  async assumedModels(selection: BucketSelection): Promise<readonly string[]> {
    return assumedModels(this.#database, selection);
  }

  async slowest(selection: SlowestSelection, limit: number): Promise<readonly SlowestRow[]> {
    return this.#documents === undefined
      ? slowestInStore(this.#database, selection, limit)
      : slowestOf(this.#documents(), selection, limit);
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}

/** The sums of every local day, apart by `columns` of the keys. */
function* daySums(
  database: Database,
  selection: UsageSelection,
  columns: readonly KeyColumn[],
): Iterable<KeySums> {
  const span = bucketSpan(database, selection);
  if (span === undefined) return;
  for (const { fromMs, untilMs, offsetMs } of selection.zone.offsetSpans(span.firstMs, span.lastMs + 1))
    yield* sumByDay(database, { ...selection, fromMs, untilMs }, columns, offsetMs);
}

function groupValue(part: KeySums, dimension: Dimension): DimensionValue {
  if (dimension !== "day") return dimensionValue(part, dimension);
  return part.day === undefined ? null : dayName(part.day);
}
