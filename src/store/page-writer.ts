/** Keeps the pages in line with the buckets. */
import type { Database, SqlRow, Statement } from "../system/sqlite.ts";
import { BUCKET_MS, type SumsRow, sumsOfRow } from "./bucket.ts";
import { type KeyAmounts, PageBuilder } from "./page.ts";
import { DAY, HOUR, Pages, startOf } from "./pages.ts";

/** What is added to a bucket. */
export interface BucketChange {
  readonly keyId: number;
  readonly startMs: number;
  readonly amounts: KeyAmounts;
}

function toChange(row: SqlRow): BucketChange {
  return {
    keyId: Number(row["key_id"]),
    startMs: Number(row["start_ms"]),
    amounts: { ...sumsOfRow(row as unknown as SumsRow), slowestMs: Number(row["slowest_ms"]) },
  };
}

function byHour(changes: readonly BucketChange[]): Map<number, BucketChange[]> {
  const hours = new Map<number, BucketChange[]>();
  for (const change of changes) {
    const hourMs = startOf(change.startMs, HOUR);
    const ofHour = hours.get(hourMs);
    if (ofHour === undefined) hours.set(hourMs, [change]);
    else ofHour.push(change);
  }
  return hours;
}

/** All methods are part of the caller's transaction. */
export class PageWriter {
  readonly #pages: Pages;
  readonly #bucketsBetween: Statement;

  constructor(database: Database) {
    this.#pages = new Pages(database);
    this.#bucketsBetween = database.prepare(
      "SELECT * FROM usage_bucket WHERE start_ms >= ? AND start_ms < ?",
    );
  }

  /** Adds what was added to buckets. */
  add(changes: readonly BucketChange[]): void {
    const latestDayBefore = this.#pages.latestDayMs();
    const hours = byHour(changes);
    for (const [hourMs, ofHour] of hours) this.#putHour(hourMs, ofHour, this.#pages.find(HOUR, hourMs));
    this.#makeDays(latestDayBefore === undefined ? hours.keys() : [...hours.keys(), latestDayBefore]);
  }

  /** Makes the pages of these hours, and of their days, from the buckets alone. */
  makeAgain(hourStarts: Iterable<number>): void {
    for (const hourMs of hourStarts) {
      const rows = this.#bucketsBetween.all([hourMs, hourMs + HOUR.ms]);
      this.#putHour(hourMs, rows.map(toChange), undefined);
    }
    this.#makeDays(hourStarts);
  }

  #putHour(hourMs: number, changes: readonly BucketChange[], present: Uint8Array | undefined): void {
    const builder = new PageBuilder(HOUR.sections);
    if (present !== undefined) builder.addPage(present);
    for (const { keyId, startMs, amounts } of changes)
      builder.add((startMs - hourMs) / BUCKET_MS, keyId, amounts);
    this.#pages.put(HOUR, hourMs, builder.build());
  }

  /** Makes the pages of the days in which these moments lie, but for the latest day. */
  #makeDays(moments: Iterable<number>): void {
    const latestDayMs = this.#pages.latestDayMs() ?? Number.NEGATIVE_INFINITY;
    const days = new Set([...moments].map((atMs) => startOf(atMs, DAY)));
    for (const dayMs of days) {
      if (dayMs >= latestDayMs) continue;
      const builder = new PageBuilder(DAY.sections);
      for (const { page } of this.#pages.between(HOUR, dayMs, dayMs + DAY.ms))
        builder.addTogether(page, HOUR.sections);
      this.#pages.put(DAY, dayMs, builder.build());
    }
  }
}
