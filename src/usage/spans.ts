/** A period cut into days, weeks or months, whichever are few enough to be looked at side by side. */
import { DAY_MS, dayName } from "./time-zone.ts";

export type SpanUnit = "day" | "week" | "month";

/** More bars than this are no picture any more. */
const DAYS_MAX = 92;
const WEEKS_MAX = 106;

export interface Spans {
  readonly unit: SpanUnit;
  /** The first day of each span, the earliest first; the first span begins with the period. */
  readonly starts: readonly number[];
  /** Which span a day of the period lies in. */
  indexOf(day: number): number;
}

/** Monday is the first day of a week; 1970-01-01 was a Thursday. */
function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}

function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

const NUMBER_OF: Readonly<Record<SpanUnit, (day: number) => number>> = {
  day: (day) => day,
  week: weekOf,
  month: monthOf,
};

function unitFor(days: number): SpanUnit {
  if (days <= DAYS_MAX) return "day";
  return days <= WEEKS_MAX * 7 ? "week" : "month";
}

/** Cuts the local days from `since` to `until`, both inclusive. */
export function spansOf({ since, until }: { readonly since: number; readonly until: number }): Spans {
  const unit = unitFor(until - since + 1);
  const numberOf = NUMBER_OF[unit];
  const first = numberOf(since);
  const starts: number[] = [];
  for (let day = since; day <= until; day += 1) {
    if (starts.length <= numberOf(day) - first) starts.push(day);
  }
  return { unit, starts, indexOf: (day) => numberOf(day) - first };
}

/** What a span is called: its first day, or its month. */
export function spanName(unit: SpanUnit, start: number): string {
  return unit === "month" ? dayName(start).slice(0, -"-01".length) : dayName(start);
}
