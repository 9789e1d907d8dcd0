/** From when to when: the days that somebody asks about. */
import { TIME_MAX_MS, TIME_MIN_MS } from "../store/bucket-query.ts";
import { dayName, dayNumber, type TimeZone } from "./time-zone.ts";

/** Local days, both inclusive, counted from 1970-01-01; undefined is open. */
export interface Period {
  readonly since: number | undefined;
  readonly until: number | undefined;
}

export type ParsedDay =
  | { readonly ok: true; readonly day: number }
  | { readonly ok: false; readonly problem: string };

/** More days back than this lead out of the calendar. */
const DAYS_BACK_MAX = 100_000;

/** Reads `2026-11-21`, `today`, or `7d` (the first of seven days of which today is the last). */
export function parseDay(text: string, today: number): ParsedDay {
  if (text === "today") return { ok: true, day: today };
  const daysBack = Number(/^(\d{1,6})d$/.exec(text)?.[1]);
  if (daysBack >= 1 && daysBack <= DAYS_BACK_MAX) return { ok: true, day: today - daysBack + 1 };
  const day = dayNumber(text);
  if (day !== undefined) return { ok: true, day };
  return { ok: false, problem: `expected a day like 2026-11-21, today, or 7d (seven days), found "${text}"` };
}

/** The moments of a period: from the first, inclusive, to the last, exclusive. */
export function periodBounds(
  { since, until }: Period,
  zone: TimeZone,
): { readonly fromMs: number; readonly untilMs: number } {
  return {
    fromMs: since === undefined ? TIME_MIN_MS : zone.dayStartMs(since),
    untilMs: until === undefined ? TIME_MAX_MS : zone.dayStartMs(until + 1),
  };
}

export interface Range {
  /** `YYYY-MM-DD`, inclusive; null if nothing was asked and there is no data. */
  readonly start: string | null;
  readonly end: string | null;
}

/** The days that an answer covers: those asked for, and where that was left open the first and last with data. */
export function rangeOf(
  { since, until }: Period,
  data: { readonly firstMs: number; readonly lastMs: number } | undefined,
  zone: TimeZone,
  today: number,
): Range {
  const firstWithData = data && zone.dayOf(data.firstMs);
  const lastWithData = data && zone.dayOf(data.lastMs);
  // Asked "since" alone, people mean: until now.
  const openEnd = since === undefined ? lastWithData : Math.max(today, since, lastWithData ?? today);
  const name = (day: number | undefined): string | null => (day === undefined ? null : dayName(day));
  return { start: name(since ?? firstWithData), end: name(until ?? openEnd) };
}
