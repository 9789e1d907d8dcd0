/**
 * Goal: the web server gets the answers of the store for the days that its clock and the question's zone mean.
 * Method: a real database with few rows, a clock that stands still.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { usageAnswers } from "../../../src/cli/usage-answers.ts";
import type { UsageQuery } from "../../../src/http/usage-query.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

const ASKED: UsageQuery = {
  days: 2,
  tz: "UTC",
  groupBy: undefined,
  agent: undefined,
  user: undefined,
  key: undefined,
  organization: undefined,
};

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
  sample.put([
    requestRow(),
    requestRow({ agentId: "ops", status: 500 }),
    usageRow(),
    requestRow({ timestampMs: Date.parse("2026-11-19T12:00:00Z") }),
  ]);
});
afterEach(() => sample.remove());

function answers(isComplete = true) {
  const clock = new VirtualClock(Date.parse("2026-11-21T20:00:00Z"));
  return usageAnswers(new StoreUsage(sample.store.database), () => isComplete, clock);
}

test("the last days end today, in the zone of the question", async () => {
  expect(await answers().series(ASKED)).toMatchObject({
    range: { start: "2026-11-20", end: "2026-11-21" },
    series: { total: [0, 2] },
    complete: true,
  });
  expect(await answers().series({ ...ASKED, tz: "Asia/Shanghai" })).toMatchObject({
    range: { start: "2026-11-21", end: "2026-11-22" },
    series: { total: [2, 0] },
  });
});

test("who asks for an agent gets that agent", async () => {
  expect(await answers().series({ ...ASKED, agent: "ops" })).toMatchObject({
    series: { total: [0, 1], error: [0, 1] },
  });
});

test("an answer says where lines are still to be taken in", async () => {
  expect(await answers(false).series(ASKED)).toMatchObject({ complete: false });
});

test("the page's totals are those of the last days in UTC", async () => {
  expect(await answers().totals(2)).toMatchObject({
    days: 2,
    requests: 2,
    errors: 1,
    costPicousd: 185_804_800_000n,
  });
  expect(await answers().totals(3)).toMatchObject({ days: 3, requests: 3 });
});
