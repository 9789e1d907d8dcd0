/**
 * Goal: the words for days mean what people expect, and a range says which days an answer covers.
 * Method: tables of texts and periods.
 */
import { describe, expect, test } from "vitest";
import { parseDay, periodBounds, rangeOf } from "../../../src/usage/period.ts";
import { dayName, dayNumber, TimeZone } from "../../../src/usage/time-zone.ts";

const utc = TimeZone.find("UTC") as TimeZone;
const today = dayNumber("2026-11-21") ?? 0;
const day = (name: string) => dayNumber(name) ?? 0;

test.each([
  ["today", "2026-11-21"],
  ["1d", "2026-11-21"],
  ["7d", "2026-11-15"],
  ["2024-02-29", "2024-02-29"],
])("%s is %s", (text, expected) => {
  const parsed = parseDay(text, today);
  expect(parsed.ok && dayName(parsed.day)).toBe(expected);
});

test.each(["0d", "yesterday", "2026-02-30", "7", "-7d", "999999d", ""])(
  "%j is refused with what would be right",
  (text) => {
    expect(parseDay(text, today)).toEqual({
      ok: false,
      problem: expect.stringContaining("2026-11-21, today, or 7d"),
    });
  },
);

test("the bounds of a period are the start of its first day and the end of its last", () => {
  const { fromMs, untilMs } = periodBounds(
    { since: today, until: today },
    TimeZone.find("Asia/Kathmandu") as TimeZone,
  );
  expect(new Date(fromMs).toISOString()).toBe("2026-11-20T18:15:00.000Z");
  expect(new Date(untilMs).toISOString()).toBe("2026-11-21T18:15:00.000Z");
});

describe("rangeOf", () => {
  const data = { firstMs: Date.parse("2026-10-05T23:45:00Z"), lastMs: Date.parse("2026-11-20T00:00:00Z") };

  test.each([
    ["nothing asked", {}, data, "2026-10-05", "2026-11-20"],
    ["nothing asked and no data", {}, undefined, null, null],
    ["since alone reaches to today", { since: day("2026-11-01") }, data, "2026-11-01", "2026-11-21"],
    ["since alone without data", { since: day("2026-11-01") }, undefined, "2026-11-01", "2026-11-21"],
    ["until alone", { until: day("2026-11-10") }, data, "2026-10-05", "2026-11-10"],
    ["both", { since: day("2026-11-01"), until: day("2026-11-02") }, data, "2026-11-01", "2026-11-02"],
  ])("%s", (_what, period, found, start, end) => {
    const asked = { since: undefined, until: undefined, ...period };
    expect(rangeOf(asked, found, utc, today)).toEqual({ start, end });
  });
});
