/**
 * Goal: the overview adds up to the same as any other answer, span by span.
 * Method: a real database with few rows.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type OverviewSeries, usageOverview } from "../../../src/usage/overview.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { dayNumber, TimeZone } from "../../../src/usage/time-zone.ts";
import { requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

const until = dayNumber("2026-11-21") ?? 0;
const overview = (days: number, filters = {}) =>
  usageOverview(new StoreUsage(sample.store.database), {
    period: { since: until - days + 1, until },
    zone: TimeZone.find("UTC") as TimeZone,
    filters,
  });
const requests = ({ name, spans }: OverviewSeries) => [name, spans.map((sums) => sums.requests)];
const costs = ({ name, spans }: OverviewSeries) => [name, spans.map((sums) => sums.totalPicousd)];

const yesterday = { timestampMs: Date.parse("2026-11-20T23:59:59Z") };

test("every day has its sums by route and by category", async () => {
  sample.put([
    requestRow(),
    requestRow({ status: 500 }),
    requestRow({ ...yesterday, routeGroup: "memory_search" }),
    requestRow({ routeGroup: "system" }),
    usageRow({}, { totalPicousd: 7n }),
    usageRow(yesterday, { category: "embedding", totalPicousd: 5n }),
  ]);
  const { spans, all, routes, categories } = await overview(2);
  expect(spans.unit).toBe("day");
  expect(requests(all)).toEqual(["all", [1, 2]]);
  expect(all.totals).toMatchObject({ requests: 3, errors: 1, totalPicousd: 12n });
  expect(routes.map(requests)).toEqual(
    expect.arrayContaining([
      ["memory_create", [0, 2]],
      ["memory_search", [1, 0]],
    ]),
  );
  expect(categories.map(costs)).toEqual(
    expect.arrayContaining([
      ["llm", [0n, 7n]],
      ["embedding", [5n, 0n]],
    ]),
  );
});

test("the days of a long period are added up by week", async () => {
  sample.put([
    requestRow(),
    requestRow(yesterday),
    requestRow({ timestampMs: Date.parse("2026-11-09T12:00:00Z") }),
  ]);
  const { spans, all } = await overview(365);
  expect(spans.unit).toBe("week");
  expect(all.spans.slice(-2).map((sums) => sums.requests)).toEqual([1, 2]);
});

test("filters count, and without data all is zero", async () => {
  sample.put([requestRow(), requestRow({ agentId: "ops" })]);
  expect((await overview(2, { agent: "ops" })).all.totals.requests).toBe(1);
  const nothing = await overview(2, { agent: "nobody" });
  expect(nothing).toMatchObject({ routes: [], categories: [] });
  expect(requests(nothing.all)).toEqual(["all", [0, 0]]);
});
