/**
 * Goal: the forecast goes on at the pace of the last week, and is silent where there is no pace yet.
 * Method: a source that only knows when its data begins; sums worked out by hand.
 */
import { expect, test } from "vitest";
import { forecastPicousd, recentDays, timeLeftMs } from "../../../src/budget/forecast.ts";
import type { UsageSource } from "../../../src/usage/source.ts";
import { USD, UTC } from "./sample-budget.ts";

const NOW_MS = Date.parse("2026-11-21T12:07:00Z");
const DAY_MS = 86_400_000;

async function recentDaysSince(first: string | undefined): Promise<readonly string[] | undefined> {
  const firstMs = Date.parse(first ?? "");
  const source = {
    span: async () => (first === undefined ? undefined : { firstMs, lastMs: NOW_MS }),
  } as unknown as UsageSource;
  const span = await recentDays(source, NOW_MS, UTC);
  return span && [new Date(span.fromMs).toISOString(), new Date(span.untilMs).toISOString()];
}

const LAST_QUARTER = "2026-11-21T12:00:00.000Z";

test.each([
  ["2020-01-01T00:00:00Z", ["2026-11-14T12:00:00.000Z", LAST_QUARTER]],
  ["2026-11-14T12:00:00Z", ["2026-11-14T12:00:00.000Z", LAST_QUARTER]],
  ["2026-11-18T09:31:00Z", ["2026-11-18T09:30:00.000Z", LAST_QUARTER]],
  ["2026-11-20T12:14:59Z", ["2026-11-20T12:00:00.000Z", LAST_QUARTER]],
  ["2026-11-20T12:15:00Z", undefined],
  ["2026-11-21T12:06:00Z", undefined],
  [undefined, undefined],
])("with data since %s the pace is that of %j", async (first, span) => {
  expect(await recentDaysSince(first)).toEqual(span);
});

test.each([
  ["2026-11-21T00:00:00Z", 24],
  ["2026-11-21T00:00:00.001Z", 23.75],
  ["2026-11-21T00:15:00Z", 23.75],
  ["2026-11-21T23:45:00Z", 0.25],
  ["2026-11-21T23:59:59.999Z", 0],
])("at %s there are %d hours left of the day", (now, hours) => {
  expect(timeLeftMs(Date.parse(now), Date.parse("2026-11-22T00:00:00Z"))).toBe(hours * 3_600_000);
});

test("of a period that ends between two quarters nothing is left in the last one", () => {
  expect(timeLeftMs(1, 899_999)).toBe(0);
});

const WEEK = { fromMs: 0, untilMs: 7 * DAY_MS };

test.each([
  [10n * USD, 7n * USD, WEEK, 3 * DAY_MS, 13n * USD],
  [10n * USD, 7n * USD, WEEK, 0, 10n * USD],
  [0n, 7n * USD, WEEK, DAY_MS / 2, USD / 2n],
  [10n * USD, 0n, WEEK, 3 * DAY_MS, 10n * USD],
  [10n * USD, 2n * USD, { fromMs: DAY_MS, untilMs: 2 * DAY_MS }, 3 * DAY_MS, 16n * USD],
  // Large amounts stay exact, a fraction of a pico-dollar is left out.
  [10n ** 24n, 7n, WEEK, 3 * DAY_MS, 10n ** 24n + 3n],
  [0n, 6n, WEEK, DAY_MS, 0n],
])("%d spent and %d of late", (spent, recent, span, leftMs, expected) => {
  expect(forecastPicousd(spent, recent, span, leftMs)).toBe(expected);
});
