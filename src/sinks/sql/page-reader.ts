/**
 * Reads sums out of pages: those of whole days where there are any, else of hours, and where both are stale the buckets
 * themselves.
 */
import { BUCKET_MS, SUM_COLUMNS, type SumsRow } from "../../store/bucket.ts";
import type { TimeSpan } from "../../store/bucket-query.ts";
import type { PageSums } from "../../store/page.ts";
import { DAY, HOUR, startOf } from "../../store/pages.ts";
import { amountsOf, within } from "./bucket-rows.ts";
import type { SqlConnection } from "./connection.ts";
import { Directory } from "./page-directory.ts";
import type { Statements } from "./tables.ts";

interface BucketRow extends SumsRow {
  readonly start_ms: string | number;
  readonly key_id: Buffer;
}

/** What is known of a stretch of time. */
export class PagesRead {
  readonly days = new Map<number, Uint8Array>();
  readonly hours = new Map<number, Uint8Array>();
  /** Buckets of hours that are stale, by the hour. */
  readonly buckets = new Map<number, BucketRow[]>();
  readonly #keyOf: (keyId: Buffer) => number;

  /** @param keyOf what the sums take for a key, by its id */
  constructor(keyOf: (keyId: Buffer) => number) {
    this.#keyOf = keyOf;
  }

  /** Adds the buckets that start within the span, which must have been read. */
  addTo(sums: PageSums, { fromMs, untilMs }: TimeSpan): void {
    for (let atMs = fromMs; atMs < untilMs; ) {
      const day = this.days.get(atMs);
      if (day !== undefined && atMs + DAY.ms <= untilMs) {
        sums.addPage(day, 0, DAY.sections);
        atMs += DAY.ms;
      } else {
        const endMs = Math.min(startOf(atMs, HOUR) + HOUR.ms, untilMs);
        this.#addHour(sums, atMs, endMs);
        atMs = endMs;
      }
    }
  }

  /** Adds quarters of one hour. */
  #addHour(sums: PageSums, fromMs: number, untilMs: number): void {
    const hourMs = startOf(fromMs, HOUR);
    const page = this.hours.get(hourMs);
    if (page !== undefined) sums.addPage(page, (fromMs - hourMs) / BUCKET_MS, (untilMs - hourMs) / BUCKET_MS);
    for (const row of this.buckets.get(hourMs) ?? []) {
      const startMs = Number(row.start_ms);
      if (startMs >= fromMs && startMs < untilMs) sums.add(this.#keyOf(row.key_id), amountsOf(row));
    }
  }
}

export class PageReader {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** Every day with buckets has a page or is stale. */
  async directory(connection: SqlConnection): Promise<Directory> {
    const stale = await connection.query(
      this.#statements.selectFrom("stale_page").select(["span_ms", "start_ms"]).compile(),
    );
    const days = await connection.query(
      this.#statements.selectFrom("usage_page").select("start_ms").where("span_ms", "=", DAY.ms).compile(),
    );
    const names = stale.map(({ span_ms, start_ms }) => Directory.nameOf(Number(span_ms), Number(start_ms)));
    const starts = [...stale, ...days].map(({ start_ms }) => startOf(Number(start_ms), DAY));
    return new Directory(starts, new Set(names));
  }

  /**
   * Reads what spans need, each as a whole.
   *
   * @param spans one after the other; their ends are those of quarters of an hour
   */
  async read(
    connection: SqlConnection,
    directory: Directory,
    spans: readonly TimeSpan[],
    keyOf: (keyId: Buffer) => number,
  ): Promise<PagesRead> {
    const read = new PagesRead(keyOf);
    const days = spans.flatMap(wholeDays).filter((dayMs) => !directory.isStale(DAY, dayMs));
    for (const { startMs, sums } of await this.#pages(connection, DAY.ms, joined(days, DAY.ms)))
      read.days.set(startMs, sums);
    const hours = spans.flatMap((span) => hoursOf(span, read.days));
    const isStale = (hourMs: number) => directory.isStale(HOUR, hourMs);
    const fresh = joined(
      hours.filter((hourMs) => !isStale(hourMs)),
      HOUR.ms,
    );
    for (const { startMs, sums } of await this.#pages(connection, HOUR.ms, fresh))
      read.hours.set(startMs, sums);
    for (const row of await this.#buckets(connection, joined(hours.filter(isStale), HOUR.ms))) {
      const hourMs = startOf(Number(row.start_ms), HOUR);
      const ofHour = read.buckets.get(hourMs);
      if (ofHour === undefined) read.buckets.set(hourMs, [row]);
      else ofHour.push(row);
    }
    return read;
  }

  async #pages(connection: SqlConnection, spanMs: number, ranges: readonly TimeSpan[]) {
    if (ranges.length === 0) return [];
    const rows = await connection.query(
      this.#statements
        .selectFrom("usage_page")
        .select(["start_ms", "sums"])
        .where("span_ms", "=", spanMs)
        .where(within("start_ms", ranges))
        .compile(),
    );
    return rows.map(({ start_ms, sums }) => ({ startMs: Number(start_ms), sums }));
  }

  async #buckets(connection: SqlConnection, ranges: readonly TimeSpan[]): Promise<readonly BucketRow[]> {
    if (ranges.length === 0) return [];
    return connection.query(
      this.#statements
        .selectFrom("usage_bucket")
        .select(["start_ms", "key_id", ...SUM_COLUMNS])
        .where(within("start_ms", ranges))
        .compile(),
    );
  }
}

/** The UTC days that lie in the span as a whole. */
function wholeDays({ fromMs, untilMs }: TimeSpan): number[] {
  const days: number[] = [];
  const firstMs = Math.ceil(fromMs / DAY.ms) * DAY.ms;
  for (let dayMs = firstMs; dayMs + DAY.ms <= untilMs; dayMs += DAY.ms) days.push(dayMs);
  return days;
}

/** The hours that the span touches, but for those of these days. */
function hoursOf({ fromMs, untilMs }: TimeSpan, days: ReadonlyMap<number, unknown>): number[] {
  const hours: number[] = [];
  for (let hourMs = startOf(fromMs, HOUR); hourMs < untilMs; hourMs += HOUR.ms)
    if (!days.has(startOf(hourMs, DAY))) hours.push(hourMs);
  return hours;
}

/** Spans of one length in the order of time, those that follow one another joined. */
function joined(starts: readonly number[], lengthMs: number): TimeSpan[] {
  const spans: { fromMs: number; untilMs: number }[] = [];
  for (const startMs of starts.toSorted((one, other) => one - other)) {
    const last = spans.at(-1);
    if (last !== undefined && last.untilMs >= startMs) last.untilMs = startMs + lengthMs;
    else spans.push({ fromMs: startMs, untilMs: startMs + lengthMs });
  }
  return spans;
}
