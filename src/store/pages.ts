/** The table of pages: which there are, and how they are read and written. */
import type { Database, Statement } from "../system/sqlite.ts";
import { BUCKET_MS } from "./bucket.ts";
import type { TimeSpan } from "./bucket-query.ts";

/** How much time a page covers, and in how many sections. */
export interface PageSpan {
  readonly ms: number;
  readonly sections: number;
}

/** In its four quarters. Every hour with buckets has a page. */
export const HOUR: PageSpan = { ms: 4 * BUCKET_MS, sections: 4 };

/** As a whole, UTC. Every day with buckets has a page but the latest, which still grows. */
export const DAY: PageSpan = { ms: 24 * HOUR.ms, sections: 1 };

/** Start of the span of `ms` that a moment lies in. */
export function startOf(atMs: number, { ms }: PageSpan): number {
  return Math.floor(atMs / ms) * ms;
}

export interface StoredPage {
  readonly startMs: number;
  readonly page: Uint8Array;
}

/** What of a span lies in these UTC days, which are given by their starts; days that follow one another make one stretch. */
export function stretchesOf({ fromMs, untilMs }: TimeSpan, days: readonly number[]): TimeSpan[] {
  const stretches: { readonly fromMs: number; untilMs: number }[] = [];
  for (const dayMs of days) {
    const startMs = Math.max(dayMs, fromMs);
    const endMs = Math.min(dayMs + DAY.ms, untilMs);
    if (startMs >= endMs) continue;
    const last = stretches.at(-1);
    if (last?.untilMs === startMs) last.untilMs = endMs;
    else stretches.push({ fromMs: startMs, untilMs: endMs });
  }
  return stretches;
}

export class Pages {
  readonly #latest: Statement;
  readonly #starts: Statement;
  readonly #between: Statement;
  readonly #betweenLatestFirst: Statement;
  readonly #put: Statement;
  readonly #remove: Statement;

  constructor(database: Database) {
    const between =
      "SELECT start_ms, sums FROM usage_page WHERE span_ms = ? AND start_ms >= ? AND start_ms < ?";
    this.#latest = database.prepare("SELECT MAX(start_ms) AS start_ms FROM usage_page WHERE span_ms = ?");
    this.#starts = database.prepare(
      "SELECT start_ms FROM usage_page WHERE span_ms = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms",
    );
    this.#between = database.prepare(`${between} ORDER BY start_ms`);
    this.#betweenLatestFirst = database.prepare(`${between} ORDER BY start_ms DESC`);
    this.#put = database.prepare(
      `INSERT INTO usage_page (span_ms, start_ms, sums) VALUES (?, ?, ?)
      ON CONFLICT (span_ms, start_ms) DO UPDATE SET sums = excluded.sums`,
    );
    this.#remove = database.prepare("DELETE FROM usage_page WHERE span_ms = ? AND start_ms = ?");
  }

  /** Start of the latest day with buckets, which has no page yet; undefined if there are no buckets. */
  latestDayMs(): number | undefined {
    const latest = this.#latest.all([HOUR.ms])[0]?.["start_ms"];
    return typeof latest === "bigint" ? startOf(Number(latest), DAY) : undefined;
  }

  /** What of a span lies in UTC days with buckets. */
  stretches(span: TimeSpan): TimeSpan[] {
    return stretchesOf(span, this.#days(span));
  }

  /** The pages that start at or after the first moment and before the second, in the order of time. */
  between(span: PageSpan, fromMs: number, untilMs: number): Iterable<StoredPage> {
    return this.#read(this.#between, span, fromMs, untilMs);
  }

  /** The same, the latest first. */
  betweenLatestFirst(span: PageSpan, fromMs: number, untilMs: number): Iterable<StoredPage> {
    return this.#read(this.#betweenLatestFirst, span, fromMs, untilMs);
  }

  find(span: PageSpan, startMs: number): Uint8Array | undefined {
    const [found] = this.between(span, startMs, startMs + 1);
    return found?.page;
  }

  /** Replaces a page, or removes it if there is nothing in it any more; part of the caller's transaction. */
  put({ ms }: PageSpan, startMs: number, page: Uint8Array | undefined): void {
    if (page === undefined) this.#remove.run([ms, startMs]);
    else this.#put.run([ms, startMs, page]);
  }

  /** Starts of the days with buckets that `[fromMs, untilMs)` touches, in order. */
  #days({ fromMs, untilMs }: TimeSpan): number[] {
    const latestMs = this.latestDayMs();
    if (latestMs === undefined) return [];
    const firstMs = startOf(fromMs, DAY);
    const rows = this.#starts.all([DAY.ms, firstMs, Math.min(untilMs, latestMs)]);
    const days = rows.map(({ start_ms }) => Number(start_ms));
    return firstMs <= latestMs && latestMs < untilMs ? [...days, latestMs] : days;
  }

  *#read(statement: Statement, { ms }: PageSpan, fromMs: number, untilMs: number): Iterable<StoredPage> {
    for (const { start_ms, sums } of statement.iterate([ms, fromMs, untilMs]))
      yield { startMs: Number(start_ms), page: sums as Buffer };
  }
}
