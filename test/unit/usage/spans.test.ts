/**
 * Goal: each day of a period lies in exactly one span, and a picture never has too many of them.
 * Method: periods around the limits, and every day of a long one.
 */
import { expect, test } from "vitest";
import { spanName, spansOf } from "../../../src/usage/spans.ts";
import { dayNumber } from "../../../src/usage/time-zone.ts";

const day = (name: string) => dayNumber(name) ?? Number.NaN;
const period = (since: string, until: string) => ({ since: day(since), until: day(until) });
const names = (since: string, until: string) => {
  const { unit, starts } = spansOf(period(since, until));
  return starts.map((start) => spanName(unit, start));
};

test("a short period has a span for each day", () => {
  expect(names("2026-11-19", "2026-11-21")).toEqual(["2026-11-19", "2026-11-20", "2026-11-21"]);
  expect(spansOf(period("2026-08-22", "2026-11-21")).unit).toBe("day");
});

test("a longer one has weeks from Monday on, the first one from the period's start", () => {
  expect(spansOf(period("2026-08-21", "2026-11-21")).unit).toBe("week");
  expect(names("2026-08-21", "2026-11-21").slice(0, 3)).toEqual(["2026-08-21", "2026-08-24", "2026-08-31"]);
});

test("years have months", () => {
  expect(names("2023-11-15", "2026-11-21").slice(0, 3)).toEqual(["2023-11", "2023-12", "2024-01"]);
});

test("months and days of years that need a sign keep all of their name", () => {
  const start = day("9999-12-31") + 1;
  expect([spanName("month", start), spanName("week", start)]).toEqual(["+010000-01", "+010000-01-01"]);
  expect(spanName("month", day("0000-01-01") - 1)).toBe("-000001-12");
});

test.each([
  ["2026-11-01", "2026-11-21"],
  ["2025-11-22", "2026-11-21"],
  ["2016-11-22", "2026-11-21"],
])("every day from %s to %s lies in the span that began last", (since, until) => {
  const asked = period(since, until);
  const { starts, indexOf } = spansOf(asked);
  expect(starts.length).toBeLessThanOrEqual(124);
  for (let each = asked.since; each <= asked.until; each += 1) {
    const expected = starts.findLastIndex((start) => start <= each);
    expect(indexOf(each)).toBe(expected);
  }
});
