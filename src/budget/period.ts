/** The day, the ISO 8601 week or the calendar month that a moment lies in, in the days of a time zone. */
import { DAY_MS, type TimeZone } from "../usage/time-zone.ts";
import type { BudgetPeriodKind } from "./budget.ts";

export interface BudgetPeriod {
  readonly kind: BudgetPeriodKind;
  /** Local days, both inclusive, counted from 1970-01-01. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** From the first moment of the first day, in Unix milliseconds. */
  readonly fromMs: number;
  /** To the end of the last day, exclusive. A day has 23 to 25 hours where the clock changes. */
  readonly untilMs: number;
}

/** Days since the last Monday, with which ISO 8601 begins a week; 1970-01-01 was a Thursday. */
function daysSinceMonday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The first day of the month that lies `months` after that of `day`. */
function monthStart(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY_MS;
}

function daysOf(kind: BudgetPeriodKind, today: number): readonly [first: number, last: number] {
  switch (kind) {
    case "day":
      return [today, today];
    case "week": {
      const monday = today - daysSinceMonday(today);
      return [monday, monday + 6];
    }
    case "month":
      return [monthStart(today, 0), monthStart(today, 1) - 1];
  }
}

/** The period around `nowMs` (Unix milliseconds). */
export function budgetPeriod(kind: BudgetPeriodKind, nowMs: number, zone: TimeZone): BudgetPeriod {
  const [firstDay, lastDay] = daysOf(kind, zone.dayOf(nowMs));
  return {
    kind,
    firstDay,
    lastDay,
    fromMs: zone.dayStartMs(firstDay),
    untilMs: zone.dayStartMs(lastDay + 1),
  };
}
