/**
 * Goal: counts that were kept over a crash agree with the store again, and gaps that nobody counted are noticed.
 * Method: a real store that has taken in more than the counts.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { MINUTE_MS, MinuteCounts } from "../../../src/alert/minute-counts.ts";
import { recount } from "../../../src/alert/recount.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { NOON_MS, requestRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

let sample: SampleStore;
let counts: MinuteCounts;
beforeEach(() => {
  sample = makeSampleStore();
  counts = new MinuteCounts({ nowMs: () => NOON_MS });
});
afterEach(() => sample.remove());

const row = (minute: number, status = 200) =>
  requestRow({ timestampMs: NOON_MS + minute * MINUTE_MS, status });
const run = (savedMinute: number, nowMinute: number) =>
  recount(
    counts,
    new StoreUsage(sample.store.database),
    NOON_MS + savedMinute * MINUTE_MS,
    NOON_MS + nowMinute * MINUTE_MS,
  );
const sum = (fromMinute: number, untilMinute: number) =>
  counts.sum(NOON_MS + fromMinute * MINUTE_MS, NOON_MS + untilMinute * MINUTE_MS);

test("counts that agree stay as they are", async () => {
  sample.put([row(0), row(3, 500)]);
  counts.addRows([row(0), row(3, 500)]);
  expect(await run(4, 5)).toBe(true);
  expect(sum(0, 15)).toEqual({ requests: 2, errors: 1 });
});

test("what a crash has lost is added to the last minute that was counted", async () => {
  sample.put([row(0), row(3), row(3, 500), row(4, 500)]);
  counts.addRows([row(0), row(3)]);
  expect(await run(4, 6)).toBe(true);
  expect(sum(3, 4)).toEqual({ requests: 3, errors: 2 });
});

test("a quarter of an hour of which nothing was counted gets it at its beginning", async () => {
  sample.put([row(14), row(16)]);
  counts.addRows([row(14)]);
  expect(await run(14, 20)).toBe(true);
  expect(sum(15, 16)).toEqual({ requests: 1, errors: 0 });
});

test("lines long after the counts were saved mean that nobody counted", async () => {
  sample.put([row(-60), row(0)]);
  counts.addRows([row(-60)]);
  expect(await run(-60, 5)).toBe(false);
});
