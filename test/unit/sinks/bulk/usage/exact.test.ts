/**
 * Goal: sums are exact whatever the amounts, though the server adds in floating point.
 * Method: a server that holds documents and adds like a real one; amounts up to the largest there are, counted here
 * once more in whole numbers.
 */

import { describe, expect, test } from "vitest";
import { exactGroups, type Grouping } from "../../../../../src/sinks/bulk/usage/exact.ts";
import { IndexReader } from "../../../../../src/sinks/bulk/usage/reader.ts";
import { addSums, emptyUsageSums } from "../../../../../src/usage/sums.ts";
import { aggregatingSearch, type IndexedDocument } from "../../../../support/aggregating-search.ts";
import { fc } from "../../../../support/properties.ts";

const NOON_MS = Date.parse("2026-11-21T12:00:00Z");
const BY_AGENT: Grouping = { columns: ["agent_id"], dayOffsetMs: undefined, isOfUsage: false };

function usage(members: IndexedDocument = {}): IndexedDocument {
  return {
    "@timestamp": NOON_MS,
    "event.kind": "token_usage",
    route_group: "memory_create",
    agent_id: "dev",
    "cost.total_picousd": 1n,
    ...members,
  };
}

async function sumsOf(documents: readonly IndexedDocument[], grouping = BY_AGENT) {
  const transport = aggregatingSearch(documents);
  const groups = [];
  for await (const group of exactGroups(new IndexReader(transport, "audit-*"), [], grouping))
    groups.push(group);
  const total = emptyUsageSums();
  for (const { sums } of groups) addSums(total, sums);
  return { groups, total, requests: transport.requests.length };
}

test("what a double holds is asked once", async () => {
  const { total, requests } = await sumsOf([usage({ "cost.total_picousd": 2n ** 51n }), usage()]);
  expect([total.totalPicousd, requests]).toEqual([2n ** 51n + 1n, 2]);
});

test("more than that is asked in halves of its time", async () => {
  const documents = Array.from({ length: 50 }, (_, index) =>
    usage({ "@timestamp": NOON_MS + index, "cost.total_picousd": 2n ** 51n + 1n }),
  );
  const { total, groups } = await sumsOf(documents);
  expect([groups.length, total.usageRecords, total.totalPicousd]).toEqual([1, 50, 50n * (2n ** 51n + 1n)]);
});

test("lower bounds are exact, too, though they are told in dollars", async () => {
  const documents = Array.from({ length: 4000 }, (_, index) =>
    usage({
      "@timestamp": NOON_MS + index,
      "cost.total_picousd": 1_000_000_000_003n,
      "cost.lower_bound_usd": 0.952_485_999_991,
    }),
  );
  const { total } = await sumsOf(documents);
  expect([total.totalPicousd, total.lowerBoundPicousd]).toEqual([
    4000n * 1_000_000_000_003n,
    4000n * 952_485_999_991n,
  ]);
});

test("what happened within one millisecond is counted by its values", async () => {
  const documents = [2n ** 63n - 1n, 2n ** 63n - 2n, 2n ** 63n - 2n, 1n].map((picousd) =>
    usage({ "cost.total_picousd": picousd }),
  );
  expect((await sumsOf(documents)).total.totalPicousd).toBe(3n * 2n ** 63n - 4n);
});

test("values are counted over several pages", async () => {
  const documents = Array.from({ length: 2500 }, (_, index) =>
    usage({ "cost.total_picousd": 2n ** 62n + BigInt(index) }),
  );
  expect((await sumsOf(documents)).total.totalPicousd).toBe(2500n * 2n ** 62n + (2500n * 2499n) / 2n);
});

test("a line counts for no more tokens than it does in the store, and for none that are no count", async () => {
  const tokens = [5, 2e12, -7, 2 ** 53, 1e12, 1e12 + 1].map((count) => usage({ input_tokens: count }));
  expect((await sumsOf(tokens)).total.inputTokens).toBe(5 + 3e12);
});

test("groups keep their documents apart while they are halved", async () => {
  const documents = ["a", "b"].flatMap((agent_id) =>
    [0, 1, 2].map((index) =>
      usage({
        agent_id,
        "@timestamp": NOON_MS + index,
        "cost.total_picousd": 2n ** 52n + (agent_id === "a" ? 1n : 3n),
      }),
    ),
  );
  const { groups } = await sumsOf([...documents, { ...usage({ "@timestamp": NOON_MS }), agent_id: "c" }]);
  expect(groups.map(({ values, sums }) => [values.get("agent_id"), sums.totalPicousd])).toEqual([
    ["a", 3n * (2n ** 52n + 1n)],
    ["b", 3n * (2n ** 52n + 3n)],
    ["c", 1n],
  ]);
});

test("documents without a value are a group, also while it is halved", async () => {
  const { agent_id: _agent, ...anonymous } = usage({ "cost.total_picousd": 2n ** 60n + 1n });
  const { groups } = await sumsOf([anonymous, { ...anonymous, "@timestamp": NOON_MS + 9 }, usage()]);
  expect(groups.map(({ values, sums }) => [values.get("agent_id"), sums.totalPicousd])).toEqual([
    [null, 2n ** 61n + 2n],
    ["dev", 1n],
  ]);
});

test("days are those of the offset", async () => {
  const hours = [15, 16, 39, 40].map((hour) => usage({ "@timestamp": Date.UTC(2026, 10, 20, hour) }));
  const { groups } = await sumsOf(hours, { columns: [], dayOffsetMs: 8 * 3_600_000, isOfUsage: false });
  expect(groups.map(({ firstMs, sums }) => [new Date(firstMs).toISOString(), sums.usageRecords])).toEqual([
    ["2026-11-20T15:00:00.000Z", 1],
    ["2026-11-20T16:00:00.000Z", 2],
    ["2026-11-21T16:00:00.000Z", 1],
  ]);
});

describe("for any amounts at any times", () => {
  const document = fc.record({
    offsetMs: fc.integer({ min: 0, max: 5 }),
    picousd: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 53n })),
    tokens: fc.integer({ min: 0, max: 1e12 }),
    agent: fc.constantFrom("a", "b"),
  });

  test("the sums are those of whole numbers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(document, { maxLength: 30 }), async (drawn) => {
        const documents = drawn.map(({ offsetMs, picousd, tokens, agent }) =>
          usage({
            "@timestamp": NOON_MS + offsetMs,
            "cost.total_picousd": picousd,
            input_tokens: tokens,
            agent_id: agent,
          }),
        );
        const { total } = await sumsOf(documents);
        expect(total.totalPicousd).toBe(drawn.reduce((sum, { picousd }) => sum + picousd, 0n));
        expect(total.inputTokens).toBe(drawn.reduce((sum, { tokens }) => sum + tokens, 0));
      }),
    );
  });
});

describe("a request whose embeddings were estimated", () => {
  const request = { "event.kind": "request", route_group: "memory_search", agent_id: "dev", status: 500 };
  const documents: IndexedDocument[] = [
    { ...request, "@timestamp": NOON_MS },
    {
      ...request,
      ...{ "@timestamp": NOON_MS, "cost.category": "embedding", "cost.quality": ["estimated"] },
      ...{ "cost.status": "unpriced", "cost.calls": 2 },
    },
  ];

  test("is a request without a category, and usage with one", async () => {
    const grouping: Grouping = { columns: ["category"], dayOffsetMs: undefined, isOfUsage: false };
    const { groups } = await sumsOf(documents, grouping);
    const told = groups.map(({ values, sums }) => [
      values.get("category"),
      sums.requests,
      sums.embeddingCalls,
    ]);
    expect(told).toEqual([
      [null, 1, 0],
      [null, 1, 0],
      ["embedding", 0, 2],
    ]);
    expect(groups[1]?.sums).toMatchObject({ errors: 1, usageRecords: 0, unpricedRecords: 0 });
    expect(groups[2]?.sums).toMatchObject({ usageRecords: 1, unpricedRecords: 1, suspectRecords: 1 });
  });

  test("is both where nothing tells them apart, and usage alone where only that is asked for", async () => {
    expect((await sumsOf(documents)).groups.map(({ sums }) => sums)).toMatchObject([
      { requests: 2, embeddingCalls: 2 },
    ]);
    const { total } = await sumsOf(documents.slice(1), { ...BY_AGENT, isOfUsage: true });
    expect(total).toMatchObject({ requests: 0, errors: 0, usageRecords: 1 });
  });
});
