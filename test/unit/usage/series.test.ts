/**
 * Goal: `/api/v1/usage` in the format its users know, zero-filled, with exact money.
 * Method: a real database with few rows.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { GROUPS_MAX, type SeriesQuestion, usageSeries } from "../../../src/usage/series.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { dayNumber, TimeZone } from "../../../src/usage/time-zone.ts";
import { requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

const today = dayNumber("2026-11-21") ?? 0;

function ask(changes: Partial<SeriesQuestion> = {}) {
  const zone = TimeZone.find("UTC") as TimeZone;
  return usageSeries(new StoreUsage(sample.store.database), {
    period: { since: today - 2, until: today },
    zone,
    isComplete: true,
    ...changes,
  });
}

const yesterday = { timestampMs: Date.parse("2026-11-20T23:59:59Z") };
const search = { routeGroup: "memory_search", urlTemplate: "/memory/search" } as const;

test("every day has a number in every series", async () => {
  sample.put([
    requestRow(),
    requestRow({ status: 500 }),
    requestRow({ ...search }),
    requestRow({ ...search, ...yesterday, status: 429 }),
    requestRow({ routeGroup: "other" }),
    requestRow({ routeGroup: "system" }),
    requestRow({ timestampMs: Date.parse("2026-11-18T23:59:59Z") }),
    requestRow({ timestampMs: Date.parse("2026-11-22T00:00:00Z") }),
    usageRow(),
    usageRow({}, { status: "unpriced", totalPicousd: undefined, quality: ["over_count_suspected"] }),
    usageRow(
      { kind: "embedding_usage", ...search, ...yesterday },
      { category: "embedding", totalPicousd: 2_460_000n, inputTokens: 123, outputTokens: 0 },
    ),
  ]);
  expect(await ask()).toEqual({
    range: { start: "2026-11-19", end: "2026-11-21" },
    tz: "UTC",
    labels: ["2026-11-19", "2026-11-20", "2026-11-21"],
    series: {
      memory_create: [0, 0, 2],
      memory_search: [0, 1, 1],
      total: [0, 1, 4],
      success: [0, 0, 3],
      error: [0, 1, 1],
    },
    cost: {
      memory_create: ["0", "0", "0.1858048"],
      memory_search: ["0", "0.00000246", "0"],
      total: ["0", "0.00000246", "0.1858048"],
    },
    tokens: { memory_create: [0, 0, 160_512], memory_search: [0, 123, 0], total: [0, 123, 160_512] },
    summary: {
      total_requests: 5,
      success_count: 3,
      error_count: 2,
      memory_count: 1,
      search_count: 1,
      total_usd: "0.18580726",
    },
    by_category: {
      llm: {
        records: 2,
        llm_calls: 4,
        embedding_calls: 0,
        input_tokens: 84_512,
        output_tokens: 76_000,
        total_usd: "0.1858048",
        unpriced_records: 1,
      },
      embedding: {
        records: 1,
        llm_calls: 0,
        embedding_calls: 2,
        input_tokens: 123,
        output_tokens: 0,
        total_usd: "0.00000246",
        unpriced_records: 0,
      },
    },
    unpriced_records: 1,
    suspect_records: 1,
    complete: true,
  });
});

test("without data all is zero", async () => {
  const answer = await ask({ period: { since: today - 29, until: today }, isComplete: false });
  expect(answer.labels).toHaveLength(30);
  expect(new Set(Object.values(answer.series).flat())).toEqual(new Set([0]));
  expect(answer).toMatchObject({
    complete: false,
    summary: { total_requests: 0, total_usd: "0" },
    by_category: {},
  });
});

test("groups have the same numbers each, what costs most first", async () => {
  sample.put([
    requestRow({ agentId: "a" }),
    requestRow({ agentId: null }),
    requestRow({ agentId: null }),
    usageRow({ agentId: "a" }),
  ]);
  const { groups, groups_left_out } = await ask({ groupBy: "agent" });
  expect(groups?.map(({ agent, series, summary }) => [agent, series.total, summary.total_usd])).toEqual([
    ["a", [0, 0, 1], "0.1858048"],
    [null, [0, 0, 2], "0"],
  ]);
  expect(groups_left_out).toBe(0);
});

test("groups beyond the limit are left out but not forgotten", async () => {
  sample.put(Array.from({ length: GROUPS_MAX + 7 }, (_, index) => requestRow({ agentId: `agent ${index}` })));
  const { groups, groups_left_out, summary } = await ask({ groupBy: "agent" });
  expect([groups?.length, groups_left_out, summary.total_requests]).toEqual([GROUPS_MAX, 7, GROUPS_MAX + 7]);
});

test("filters narrow every number", async () => {
  sample.put([requestRow({ agentId: "a" }), requestRow({ agentId: "b" })]);
  expect((await ask({ filters: { agent: "a" } })).summary.total_requests).toBe(1);
});
