/** Answers about usage out of the embedded store. */
import type { BucketSelection, GroupSums } from "../store/bucket-query.ts";
import { BucketReader } from "../store/bucket-reader.ts";
import type { Database } from "../system/sqlite.ts";
import { attributesOf, type Dimension, dimensionValue } from "./dimension.ts";
import type { TimedDocument } from "./slowest.ts";
import { type SlowestRow, slowestInStore, slowestOf } from "./slowest.ts";
import type { SlowestSelection, UsageGroup, UsageSelection, UsageSource, UsageSpan } from "./source.ts";
import { dayName } from "./time-zone.ts";

/**
 * A database of the store as a source. Each answer is read in one go, so that a writer on the same connection cannot come
 * between; before each one others have their turn.
 */
export class StoreUsage implements UsageSource {
  readonly #database: Database;
  readonly #buckets: BucketReader;
  readonly #documents: (() => AsyncIterable<TimedDocument>) | undefined;
  readonly #giveTurn: () => Promise<void>;

  /**
   * @param database closed by `close`
   * @param documents all documents, where the store keeps sums only
   * @param giveTurn lets others work who share the thread
   */
  constructor(
    database: Database,
    documents?: () => AsyncIterable<TimedDocument>,
    giveTurn = () => Promise.resolve(),
  ) {
    this.#database = database;
    this.#buckets = new BucketReader(database);
    this.#documents = documents;
    this.#giveTurn = giveTurn;
  }

  async groups(selection: UsageSelection, by: readonly Dimension[]): Promise<readonly UsageGroup[]> {
    await this.#giveTurn();
    const groups: UsageGroup[] = [];
    const nameOf = dayNames();
    for (const { values, day, sums } of this.#sums(selection, by)) {
      groups.push({
        values: by.map((dimension) =>
          dimension === "day" ? nameOf(day) : dimensionValue(values, dimension),
        ),
        sums,
      });
    }
    return groups;
  }

  async span(selection: UsageSelection): Promise<UsageSpan | undefined> {
    await this.#giveTurn();
    return this.#buckets.span(selection);
  }

  async assumedModels(selection: BucketSelection): Promise<readonly string[]> {
    await this.#giveTurn();
    return this.#buckets.assumedModels(selection);
  }

  async slowest(selection: SlowestSelection, limit: number): Promise<readonly SlowestRow[]> {
    await this.#giveTurn();
    return this.#documents === undefined
      ? slowestInStore(this.#database, this.#buckets, selection, limit)
      : slowestOf(this.#documents(), selection, limit);
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #sums(selection: UsageSelection, by: readonly Dimension[]): Iterable<GroupSums> {
    const attributes = attributesOf(by);
    if (!by.includes("day")) return this.#buckets.sums(selection, attributes);
    const span = this.#buckets.span(selection);
    if (span === undefined) return [];
    // A single line of a wrong year would make millions of days, were those without data not left out.
    const stretches = this.#buckets.stretches({ fromMs: span.firstMs, untilMs: span.lastMs + 1 });
    return this.#buckets.sumsByDay(selection, attributes, selection.zone.days(stretches));
  }
}

/** Names days that come one after the other, each many times. */
function dayNames(): (day: number | undefined) => string | null {
  let [named, name] = [Number.NaN, ""];
  return (day) => {
    if (day === undefined) return null;
    if (day !== named) [named, name] = [day, dayName(day)];
    return name;
  };
}
