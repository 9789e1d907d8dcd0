/**
 * Goal: the embedded store answers a whole question from one state of its tables.
 * Method: a real database, written while a question is under way.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import type { UsageSelection } from "../../../src/usage/source.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { TimeZone } from "../../../src/usage/time-zone.ts";
import { requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

const selection: UsageSelection = {
  fromMs: TIME_MIN_MS,
  untilMs: TIME_MAX_MS,
  includesSystem: false,
  filters: {},
  zone: TimeZone.find("UTC") as TimeZone,
};

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

test("each combination comes once, though its days have several buckets", async () => {
  const later = { timestampMs: Date.parse("2026-11-21T17:45:00Z") };
  sample.put([requestRow(), requestRow(later), requestRow({ ...later, agentId: "ops" }), usageRow()]);
  const groups = await new StoreUsage(sample.store.database).groups(selection, ["day", "agent"]);
  expect(groups.map(({ values, sums }) => [...values, sums.requests]).sort()).toEqual([
    ["2026-11-21", "dev", 2],
    ["2026-11-21", "ops", 1],
  ]);
});

test("others have their turn before an answer, which then is of one state", async () => {
  sample.put([requestRow({ agentId: "a" }), requestRow({ agentId: "b" })]);
  let turns = 0;
  const source = new StoreUsage(sample.store.database, undefined, async () => {
    turns += 1;
    sample.put([requestRow({ agentId: "a" }), requestRow({ agentId: "b" })]);
  });
  const groups = await source.groups(selection, ["agent"]);
  expect(groups.map(({ sums }) => sums.requests)).toEqual([2, 2]);
  await source.span(selection);
  await source.assumedModels(selection);
  await source.slowest(selection, 1);
  expect(turns).toBe(4);
});

test("nothing has no groups and no span", async () => {
  const source = new StoreUsage(sample.store.database);
  expect(await source.groups(selection, [])).toEqual([]);
  expect(await source.span(selection)).toBeUndefined();
});
