/**
 * Goal: a budget's period is the day, the ISO week or the month that people see on their calendar.
 * Method: moments at the edges, in zones whose clocks change, compared with calendars.
 */
import { expect, test } from "vitest";
import type { BudgetPeriodKind } from "../../../src/budget/budget.ts";
import { budgetPeriod } from "../../../src/budget/period.ts";
import { dayName } from "../../../src/usage/time-zone.ts";
import { zoneOf } from "./sample-budget.ts";

const HOUR_MS = 3_600_000;

function periodAt(kind: BudgetPeriodKind, instant: string, zone = "UTC") {
  const { firstDay, lastDay, fromMs, untilMs } = budgetPeriod(kind, Date.parse(instant), zoneOf(zone));
  return {
    days: [dayName(firstDay), dayName(lastDay)],
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    hours: (untilMs - fromMs) / HOUR_MS,
  };
}

test.each([
  ["day", "2026-11-21T00:00:00Z", "UTC", ["2026-11-21", "2026-11-21"]],
  ["day", "2026-11-21T23:59:59.999Z", "UTC", ["2026-11-21", "2026-11-21"]],
  ["day", "2026-11-21T16:00:00Z", "Asia/Shanghai", ["2026-11-22", "2026-11-22"]],
  ["day", "2024-02-29T12:00:00Z", "UTC", ["2024-02-29", "2024-02-29"]],
  // Sunday is the last day of a week, Monday the first.
  ["week", "2026-11-22T23:59:59Z", "UTC", ["2026-11-16", "2026-11-22"]],
  ["week", "2026-11-23T00:00:00Z", "UTC", ["2026-11-23", "2026-11-29"]],
  ["week", "2026-11-22T16:00:00Z", "Asia/Shanghai", ["2026-11-23", "2026-11-29"]],
  ["week", "2027-01-01T12:00:00Z", "UTC", ["2026-12-28", "2027-01-03"]],
  ["week", "2024-02-29T12:00:00Z", "UTC", ["2024-02-26", "2024-03-03"]],
  ["week", "1970-01-01T00:00:00Z", "UTC", ["1969-12-29", "1970-01-04"]],
  ["week", "1969-12-28T00:00:00Z", "UTC", ["1969-12-22", "1969-12-28"]],
  ["month", "2024-02-10T12:00:00Z", "UTC", ["2024-02-01", "2024-02-29"]],
  ["month", "2026-02-28T23:59:59Z", "UTC", ["2026-02-01", "2026-02-28"]],
  ["month", "2026-12-31T23:00:00Z", "UTC", ["2026-12-01", "2026-12-31"]],
  ["month", "2026-12-31T23:00:00Z", "Europe/Berlin", ["2027-01-01", "2027-01-31"]],
  ["month", "2026-03-01T01:00:00Z", "America/New_York", ["2026-02-01", "2026-02-28"]],
] as const)("the %s of %s in %s", (kind, instant, zone, days) => {
  expect(periodAt(kind, instant, zone).days).toEqual(days);
});

test.each([
  ["day", "2026-03-29T12:00:00Z", "Europe/Berlin", 23],
  ["day", "2026-10-25T12:00:00Z", "Europe/Berlin", 25],
  ["week", "2026-03-29T12:00:00Z", "Europe/Berlin", 7 * 24 - 1],
  ["month", "2026-03-15T12:00:00Z", "Europe/Berlin", 31 * 24 - 1],
  ["month", "2026-10-15T12:00:00Z", "Europe/Berlin", 31 * 24 + 1],
  ["month", "2026-11-15T12:00:00Z", "America/New_York", 30 * 24 + 1],
  ["month", "2026-04-15T12:00:00Z", "Australia/Lord_Howe", 30 * 24 + 0.5],
] as const)("the %s of %s in %s has %d hours", (kind, instant, zone, hours) => {
  expect(periodAt(kind, instant, zone).hours).toBe(hours);
});

test("a day without a midnight starts with its first moment", () => {
  // Clocks go from 23:59:59 on the 5th to 01:00 on the 6th.
  expect(periodAt("day", "2026-09-06T12:00:00Z", "America/Santiago")).toEqual({
    days: ["2026-09-06", "2026-09-06"],
    from: "2026-09-06T04:00:00.000Z",
    until: "2026-09-07T03:00:00.000Z",
    hours: 23,
  });
});

test("a moment lies in its period, and the next one begins where it ends", () => {
  for (const zone of ["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Europe/London"]) {
    for (const kind of ["day", "week", "month"] as const) {
      for (let ms = Date.parse("2023-12-30T03:33:33Z"); ms < Date.parse("2025-01-03"); ms += 131 * HOUR_MS) {
        const period = budgetPeriod(kind, ms, zoneOf(zone));
        expect(period.fromMs <= ms && ms < period.untilMs).toBe(true);
        expect(budgetPeriod(kind, period.untilMs, zoneOf(zone)).fromMs).toBe(period.untilMs);
        expect(budgetPeriod(kind, period.untilMs - 1, zoneOf(zone))).toEqual(period);
      }
    }
  }
});
