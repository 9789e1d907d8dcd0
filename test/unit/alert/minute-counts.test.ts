/**
 * Goal: minutes hold the requests of the service's users, by the time of the record, and survive a restart.
 * Method: rows of every sort; sums of spans.
 */
import { expect, test } from "vitest";
import { MINUTE_MS, MinuteCounts } from "../../../src/alert/minute-counts.ts";
import { NOON_MS, requestRow, usageRow } from "../store/sample-rows.ts";

const clock = { nowMs: () => NOON_MS };

function sumOf(counts: MinuteCounts) {
  return counts.sum(NOON_MS - 60 * MINUTE_MS, NOON_MS + 60 * MINUTE_MS);
}

test("requests count, 400 and above as errors, 429 included; usage records and system routes do not", () => {
  const counts = new MinuteCounts(clock);
  const statuses = [200, 399, 400, 429, 500, null];
  counts.addRows(statuses.map((status) => requestRow({ status })));
  counts.addRows([usageRow(), requestRow({ routeGroup: "system", status: 500 })]);
  expect(sumOf(counts)).toEqual({ requests: 6, errors: 3 });
});

test("a span takes its first minute and leaves the one after it", () => {
  const counts = new MinuteCounts(clock);
  for (const minute of [-1, 0, 1])
    counts.addRows([requestRow({ timestampMs: NOON_MS + minute * MINUTE_MS + 59_999 })]);
  expect(counts.sum(NOON_MS, NOON_MS + MINUTE_MS)).toEqual({ requests: 1, errors: 0 });
  expect(counts.lastCountedMs(NOON_MS - 5 * MINUTE_MS, NOON_MS)).toBe(NOON_MS - MINUTE_MS);
  expect(counts.lastCountedMs(NOON_MS + 5 * MINUTE_MS, NOON_MS + 6 * MINUTE_MS)).toBeUndefined();
});

test("records of old files and of clocks that run ahead are not counted", () => {
  const counts = new MinuteCounts(clock);
  const wrong = [0, NOON_MS - 7 * 60 * MINUTE_MS, NOON_MS + 61 * MINUTE_MS];
  counts.addRows(wrong.map((timestampMs) => requestRow({ timestampMs })));
  expect(counts.saved()).toEqual([]);
});

test("what is saved makes the same counts", () => {
  const counts = new MinuteCounts(clock);
  counts.addRows([requestRow(), requestRow({ status: 500 })]);
  expect(sumOf(new MinuteCounts(clock, counts.saved()))).toEqual({ requests: 2, errors: 1 });
});

test("memory is bounded however long it runs", () => {
  let nowMs = NOON_MS;
  const counts = new MinuteCounts({ nowMs: () => nowMs });
  for (; nowMs < NOON_MS + 48 * 60 * MINUTE_MS; nowMs += MINUTE_MS)
    counts.add(nowMs, { requests: 1, errors: 0 });
  expect(counts.saved().length).toBeLessThanOrEqual(6 * 60 + 1);
});
