/** Adds up buckets, out of the pages that hold them. */
import type { Database } from "../system/sqlite.ts";
import { BUCKET_MS } from "./bucket.ts";
import type { BucketSelection, GroupSums, KeyAttribute, LocalDay, TimeSpan } from "./bucket-query.ts";
import type { KeyGroups } from "./key-table.ts";
import { PageSums } from "./page.ts";
import { DAY, HOUR, type PageSpan, Pages, type StoredPage, startOf } from "./pages.ts";
import { UsageKeys } from "./usage-keys.ts";

/** Pages that follow one another, and which of their sections are meant. */
interface Piece extends TimeSpan {
  readonly span: PageSpan;
  readonly firstSection: number;
  readonly endSection: number;
}

function wholePages(span: PageSpan, fromMs: number, untilMs: number): Piece {
  return { span, fromMs, untilMs, firstSection: 0, endSection: span.sections };
}

/** Quarters of one hour. */
function quarters(fromMs: number, untilMs: number): Piece {
  const hourMs = startOf(fromMs, HOUR);
  const sectionAt = (atMs: number): number => (atMs - hourMs) / BUCKET_MS;
  return {
    ...wholePages(HOUR, hourMs, hourMs + HOUR.ms),
    firstSection: sectionAt(fromMs),
    endSection: sectionAt(untilMs),
  };
}

function endOf(atMs: number, { ms }: { readonly ms: number }): number {
  return Math.ceil(atMs / ms) * ms;
}

/** Whole hours, and quarters at both ends. */
function hourPieces(fromMs: number, untilMs: number): Piece[] {
  const [firstMs, lastMs] = [endOf(fromMs, HOUR), startOf(untilMs, HOUR)];
  if (firstMs > lastMs) return [quarters(fromMs, untilMs)];
  return [quarters(fromMs, firstMs), wholePages(HOUR, firstMs, lastMs), quarters(lastMs, untilMs)];
}

/**
 * The pages that hold the buckets which start within a span, in the order of time: those of whole days where there are
 * any, else of hours.
 *
 * @param latestDayMs from here on days have no pages
 */
function piecesOf(span: TimeSpan, latestDayMs: number): Piece[] {
  const fromMs = endOf(span.fromMs, { ms: BUCKET_MS });
  const untilMs = endOf(span.untilMs, { ms: BUCKET_MS });
  const [firstMs, lastMs] = [endOf(fromMs, DAY), Math.min(startOf(untilMs, DAY), latestDayMs)];
  const pieces =
    firstMs < lastMs
      ? [...hourPieces(fromMs, firstMs), wholePages(DAY, firstMs, lastMs), ...hourPieces(lastMs, untilMs)]
      : hourPieces(fromMs, untilMs);
  return pieces.filter((piece) => piece.fromMs < piece.untilMs && piece.firstSection < piece.endSection);
}

/** A quarter of an hour, and what none of its requests took longer than. */
export interface QuarterBound extends TimeSpan {
  readonly slowestMs: number;
}

/** The same of a section of a page. */
interface SectionBound extends QuarterBound {
  readonly span: PageSpan;
}

/** Removes the bound of the slowest, of equals the earliest. */
function takeSlowest(bounds: SectionBound[]): SectionBound | undefined {
  let found = 0;
  for (const [index, bound] of bounds.entries()) {
    const best = bounds[found] ?? bound;
    const order = bound.slowestMs - best.slowestMs || best.fromMs - bound.fromMs;
    if (order > 0) found = index;
  }
  return bounds.splice(found, 1)[0];
}

/** Starts of the sections of a page that hold a selected key. */
function startsWith(
  { startMs, page }: StoredPage,
  { span, firstSection, endSection }: Piece,
  groupOf: KeyGroups["groupOf"],
): number[] {
  const starts: number[] = [];
  for (let section = firstSection; section < endSection; section++) {
    const sums = new PageSums(groupOf);
    sums.addPage(page, section, section + 1);
    if (sums.has(0)) starts.push(startMs + section * (span.ms / span.sections));
  }
  return starts;
}

/**
 * Answers from one connection. What the keys stand for is read once, so a reader that is kept answers faster. Each answer
 * is read in one go, so that a writer on the same connection cannot come between.
 */
export class BucketReader {
  readonly #pages: Pages;
  readonly #keys: UsageKeys;

  constructor(database: Database) {
    this.#pages = new Pages(database);
    this.#keys = new UsageKeys(database);
  }

  /** The sums of the selection, apart by these attributes; those with something in them. */
  sums(selection: BucketSelection, attributes: readonly KeyAttribute[]): Iterable<GroupSums> {
    return this.#sumsOf(selection, attributes, [{ day: undefined, spans: [selection] }]);
  }

  /** The same, apart by local days, too. Where the days end the selection ends. */
  sumsByDay(
    selection: BucketSelection,
    attributes: readonly KeyAttribute[],
    days: readonly LocalDay[],
  ): Iterable<GroupSums> {
    return this.#sumsOf(selection, attributes, days);
  }

  /** Start of the first and of the last bucket in the selection; undefined if it has none. */
  span(selection: BucketSelection): { readonly firstMs: number; readonly lastMs: number } | undefined {
    const { groupOf } = this.#keys.groups(selection, []);
    const pieces = this.#piecesOf(selection);
    const firstMs = this.#firstBucket(pieces, groupOf);
    const lastMs = this.#lastBucket(pieces, groupOf);
    return firstMs === undefined || lastMs === undefined ? undefined : { firstMs, lastMs };
  }

  /** What of a span lies in UTC days with buckets, whatever their keys; days that follow one another make one stretch. */
  stretches(span: TimeSpan): TimeSpan[] {
    return this.#pages.stretches(span);
  }

  /** The models that records of the selection did not name and that were assumed, in alphabetical order. */
  assumedModels(selection: BucketSelection): string[] {
    const models = [...this.sums(selection, ["model", "modelSource"])];
    return models
      .flatMap(({ values }) => (values.modelSource === "default" ? [String(values.model)] : []))
      .sort();
  }

  /**
   * The quarters of an hour in which the selection may have requests, those first that may hold the slowest one; of equals
   * the earliest.
   */
  *quartersBySlowest(selection: BucketSelection): Iterable<QuarterBound> {
    const sums = new PageSums(this.#keys.groups(selection, []).groupOf);
    const { untilMs } = selection;
    const fromMs = Math.floor(selection.fromMs / BUCKET_MS) * BUCKET_MS;
    const bounds = this.#piecesOf({ fromMs, untilMs }).flatMap((piece) => this.#bounds(piece, sums));
    for (let next = takeSlowest(bounds); next !== undefined; next = takeSlowest(bounds)) {
      if (next.span !== DAY) yield next;
      else bounds.push(...this.#bounds(wholePages(HOUR, next.fromMs, next.untilMs), sums));
    }
  }

  #bounds({ span, fromMs, untilMs, firstSection, endSection }: Piece, sums: PageSums): SectionBound[] {
    const bounds: SectionBound[] = [];
    const sectionMs = span.ms / span.sections;
    for (const { startMs, page } of this.#pages.between(span, fromMs, untilMs)) {
      for (let section = firstSection; section < endSection; section++) {
        sums.clear();
        sums.addPage(page, section, section + 1);
        const { requests, slowestMs } = sums.amounts(0);
        const startsAtMs = startMs + section * sectionMs;
        if (requests > 0)
          bounds.push({ span, fromMs: startsAtMs, untilMs: startsAtMs + sectionMs, slowestMs });
      }
    }
    return bounds;
  }

  *#sumsOf(
    selection: BucketSelection,
    attributes: readonly KeyAttribute[],
    days: readonly { readonly day: number | undefined; readonly spans: readonly TimeSpan[] }[],
  ): Iterable<GroupSums> {
    const { groupOf, values } = this.#keys.groups(selection, attributes);
    if (values.length === 0) return;
    const sums = new PageSums(groupOf);
    for (const { day, spans } of days) {
      sums.clear();
      for (const span of spans) this.#addSpan(sums, span);
      for (const [group, keyValues] of values.entries())
        if (sums.has(group)) yield { values: keyValues, day, sums: sums.answer(group) };
    }
  }

  #addSpan(sums: PageSums, span: TimeSpan): void {
    for (const piece of this.#piecesOf(span))
      for (const { page } of this.#pages.between(piece.span, piece.fromMs, piece.untilMs))
        sums.addPage(page, piece.firstSection, piece.endSection);
  }

  #firstBucket(pieces: readonly Piece[], groupOf: KeyGroups["groupOf"]): number | undefined {
    for (const piece of pieces) {
      for (const stored of this.#pages.between(piece.span, piece.fromMs, piece.untilMs)) {
        const [first] = startsWith(stored, piece, groupOf);
        if (first === undefined) continue;
        return piece.span === DAY ? this.#firstBucket(hourPieces(first, first + DAY.ms), groupOf) : first;
      }
    }
    return undefined;
  }

  #lastBucket(pieces: readonly Piece[], groupOf: KeyGroups["groupOf"]): number | undefined {
    for (const piece of pieces.toReversed()) {
      for (const stored of this.#pages.betweenLatestFirst(piece.span, piece.fromMs, piece.untilMs)) {
        const last = startsWith(stored, piece, groupOf).at(-1);
        if (last === undefined) continue;
        return piece.span === DAY ? this.#lastBucket(hourPieces(last, last + DAY.ms), groupOf) : last;
      }
    }
    return undefined;
  }

  #piecesOf(span: TimeSpan): Piece[] {
    return piecesOf(span, this.#pages.latestDayMs() ?? Number.POSITIVE_INFINITY);
  }
}
