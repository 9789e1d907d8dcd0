/** Adds up buckets, out of the pages that hold them. */
import { BUCKET_MS } from "../../store/bucket.ts";
import type { BucketSelection, GroupSums, KeyAttribute, TimeSpan } from "../../store/bucket-query.ts";
import { PageSums } from "../../store/page.ts";
import { DAY, stretchesOf } from "../../store/pages.ts";
import type { UsageSpan } from "../../usage/source.ts";
import type { TimeZone } from "../../usage/time-zone.ts";
import type { SqlConnection } from "./connection.ts";
import type { Directory } from "./page-directory.ts";
import { PageReader, type PagesRead } from "./page-reader.ts";
import type { Statements } from "./tables.ts";
import { type SqlKeyGroups, UsageKeys } from "./usage-keys.ts";

/** Days whose pages are in memory at once. */
const DAYS_AT_ONCE = 31;

/** What is added up together. */
interface Part {
  /** Counted from 1970-01-01 in the zone; undefined if days are not told apart. */
  readonly day: number | undefined;
  readonly spans: readonly TimeSpan[];
}

/** Keeps what the keys stand for between questions. Methods reject with a `SqlFault`. */
export class BucketReader {
  readonly #pages: PageReader;
  readonly #keys: UsageKeys;

  constructor(statements: Statements) {
    this.#pages = new PageReader(statements);
    this.#keys = new UsageKeys(statements);
  }

  /** The sums of the selection, apart by these attributes and, with a zone, by its days; those with something in them. */
  async sums(
    connection: SqlConnection,
    selection: BucketSelection,
    attributes: readonly KeyAttribute[],
    zone?: TimeZone,
  ): Promise<readonly GroupSums[]> {
    const groups = await this.#keys.groups(connection, selection, attributes);
    if (groups.values.length === 0) return [];
    const directory = await this.#pages.directory(connection);
    const stretches = stretchesOf(inBuckets(selection), directory.days);
    return zone === undefined
      ? this.#sumsTogether(connection, directory, groups, stretches)
      : this.#sumsByDay(connection, directory, groups, zone.days(stretches));
  }

  /** Start of the first and of the last bucket in the selection; undefined if it has none. */
  async span(connection: SqlConnection, selection: BucketSelection): Promise<UsageSpan | undefined> {
    const groups = await this.#keys.groups(connection, selection, []);
    if (groups.values.length === 0) return undefined;
    const directory = await this.#pages.directory(connection);
    const days = directory.days.flatMap((dayMs) => stretchesOf(inBuckets(selection), [dayMs]));
    const first = await this.#find(connection, directory, groups, days, (quarters) => quarters);
    if (first === undefined) return undefined;
    const last = await this.#find(connection, directory, groups, days.toReversed(), (quarters) =>
      quarters.toReversed(),
    );
    return { firstMs: first, lastMs: last ?? first };
  }

  async #sumsTogether(
    connection: SqlConnection,
    directory: Directory,
    groups: SqlKeyGroups,
    stretches: readonly TimeSpan[],
  ): Promise<readonly GroupSums[]> {
    const sums = new PageSums(groups.groupOf);
    for (const spans of chunksOf(stretches.flatMap(shortened), 1)) {
      const read = await this.#pages.read(connection, directory, spans, this.#keys.rowKey);
      for (const span of spans) read.addTo(sums, span);
    }
    return sumsIn(sums, groups, undefined);
  }

  async #sumsByDay(
    connection: SqlConnection,
    directory: Directory,
    groups: SqlKeyGroups,
    parts: readonly Part[],
  ): Promise<readonly GroupSums[]> {
    const found: GroupSums[] = [];
    const sums = new PageSums(groups.groupOf);
    for (const some of chunksOf(parts, DAYS_AT_ONCE)) {
      const spans = some.flatMap((part) => part.spans).sort((one, other) => one.fromMs - other.fromMs);
      const read = await this.#pages.read(connection, directory, spans, this.#keys.rowKey);
      for (const { day, spans: ofDay } of some) {
        sums.clear();
        for (const span of ofDay) read.addTo(sums, span);
        found.push(...sumsIn(sums, groups, day));
      }
    }
    return found;
  }

  /** The first of the quarters, in the order given, in which a key of the selection has a bucket. */
  async #find(
    connection: SqlConnection,
    directory: Directory,
    { groupOf }: SqlKeyGroups,
    days: readonly TimeSpan[],
    ordered: (quarters: readonly TimeSpan[]) => readonly TimeSpan[],
  ): Promise<number | undefined> {
    const hasAny = (read: PagesRead, span: TimeSpan): boolean => {
      const sums = new PageSums(groupOf);
      read.addTo(sums, span);
      return sums.has(0);
    };
    for (const some of [days.slice(0, 1), ...chunksOf(days.slice(1), DAYS_AT_ONCE)]) {
      const read = await this.#pages.read(connection, directory, some, this.#keys.rowKey);
      const day = some.find((span) => hasAny(read, span));
      if (day === undefined) continue;
      const quarters = ordered(quartersOf(day));
      const hours = await this.#pages.read(connection, directory, quarters, this.#keys.rowKey);
      return quarters.find((quarter) => hasAny(hours, quarter))?.fromMs;
    }
    return undefined;
  }
}

function sumsIn(sums: PageSums, { values }: SqlKeyGroups, day: number | undefined): GroupSums[] {
  return [...values.entries()].flatMap(([group, keyValues]) =>
    sums.has(group) ? [{ values: keyValues, day, sums: sums.amounts(group) }] : [],
  );
}

function* chunksOf<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The time in which the buckets of a span start. */
function inBuckets({ fromMs, untilMs }: TimeSpan): TimeSpan {
  return { fromMs: startOfBucket(fromMs), untilMs: startOfBucket(untilMs) };
}

/** The start of the first bucket that does not start before. */
function startOfBucket(atMs: number): number {
  return Math.ceil(atMs / BUCKET_MS) * BUCKET_MS;
}

/** The same stretch, in pieces of which each fits into memory; cut where UTC days begin. */
function shortened({ fromMs, untilMs }: TimeSpan): TimeSpan[] {
  const pieces: TimeSpan[] = [];
  for (let startMs = fromMs; startMs < untilMs; ) {
    const endMs = Math.min((Math.floor(startMs / DAY.ms) + DAYS_AT_ONCE) * DAY.ms, untilMs);
    pieces.push({ fromMs: startMs, untilMs: endMs });
    startMs = endMs;
  }
  return pieces;
}

function quartersOf({ fromMs, untilMs }: TimeSpan): TimeSpan[] {
  const quarters: TimeSpan[] = [];
  for (let startMs = fromMs; startMs < untilMs; startMs += BUCKET_MS)
    quarters.push({ fromMs: startMs, untilMs: startMs + BUCKET_MS });
  return quarters;
}
