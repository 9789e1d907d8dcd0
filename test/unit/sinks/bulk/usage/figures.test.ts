/**
 * Goal: every figure counts what the store counts.
 * Method: documents as the daemon sends them, added up by a server that holds them; answers at the edge of exactness.
 */
import { expect, test } from "vitest";
import { FIGURES, readFigures } from "../../../../../src/sinks/bulk/usage/figures.ts";
import { aggregatingSearch, type IndexedDocument } from "../../../../support/aggregating-search.ts";

const NOON_MS = Date.parse("2026-11-21T12:00:00Z");
const request = { "@timestamp": NOON_MS, "event.kind": "request" };
const llm = { "@timestamp": NOON_MS + 5, "event.kind": "token_usage" };
const embedding = { "@timestamp": NOON_MS + 9, "event.kind": "embedding_usage" };

async function figuresOf(documents: readonly IndexedDocument[]) {
  const body = Buffer.from(JSON.stringify({ query: { bool: { filter: [] } }, aggs: FIGURES }));
  const search = { method: "POST", path: "/", body } as const;
  const answer = await aggregatingSearch(documents).send(search, new AbortController().signal);
  return readFigures(JSON.parse(String(answer.status && answer.body)).aggregations);
}

test("requests, errors and usage are told apart by their kind", async () => {
  const { sums, firstMs, lastMs, isExact } = await figuresOf([
    { ...request, status: 200 },
    { ...request, status: 399 },
    { ...request, status: 400 },
    { ...request, status: 2e9 },
    { ...request, input_tokens: 999, llm_calls: 999 },
    {
      ...llm,
      status: 500,
      llm_calls: 2,
      calls: 99,
      input_tokens: 10,
      output_tokens: 3,
      "cost.total_picousd": 7n,
    },
    { ...embedding, calls: 4, llm_calls: 99, input_tokens: 100, output_tokens: 99, "cost.total_picousd": 1n },
    { ...llm, "cost.status": "unpriced", "cost.quality": ["max_tokens_hit"] },
    { ...llm, "cost.quality": ["max_tokens_hit", "tokens_inconsistent"] },
  ]);
  expect(sums).toEqual({
    requests: 5,
    errors: 1,
    usageRecords: 4,
    llmCalls: 2,
    embeddingCalls: 4,
    inputTokens: 110,
    outputTokens: 3,
    totalPicousd: 8n,
    unpricedRecords: 1,
    suspectRecords: 1,
    lowerBoundPicousd: 8n,
  });
  expect([firstMs, lastMs, isExact]).toEqual([NOON_MS, NOON_MS + 9, true]);
});

test("what looks like one call counted several times has its lower bound", async () => {
  const { sums } = await figuresOf([
    { ...llm, "cost.total_picousd": 185_804_800_000n, "cost.lower_bound_usd": 0.0097792 },
    { ...llm, "cost.total_picousd": 1_000n },
  ]);
  expect([sums.totalPicousd, sums.lowerBoundPicousd]).toEqual([185_804_801_000n, 9_779_201_000n]);
});

test.each([
  ["a sum of half of what a double holds is exact", [2n ** 51n, 2n ** 51n], true],
  ["a larger sum may not be", [2n ** 51n, 2n ** 51n, 1n], false],
  ["an amount that no double holds is not", [2n ** 53n + 1n], false],
])("%s", async (_what, amounts, isExact) => {
  const figures = await figuresOf(amounts.map((amount) => ({ ...llm, "cost.total_picousd": amount })));
  expect(figures.isExact).toBe(isExact);
});

test("lower bounds are exact as long as their sum in dollars is told to the pico-dollar", async () => {
  const bounded = { ...llm, "cost.total_picousd": 10n ** 15n, "cost.lower_bound_usd": 256 };
  expect((await figuresOf([bounded, bounded])).isExact).toBe(true);
  const more = { ...bounded, "cost.lower_bound_usd": 1e-12 };
  expect((await figuresOf([bounded, bounded, more])).isExact).toBe(false);
});

test("a count beyond what one line may count for is not exact", async () => {
  expect((await figuresOf([{ ...llm, llm_calls: 1e12 }])).isExact).toBe(true);
  expect((await figuresOf([{ ...llm, llm_calls: 1e12 + 1 }])).isExact).toBe(false);
});

test("nothing is nothing", () => {
  expect(readFigures({ doc_count: 0 })).toMatchObject({
    isExact: true,
    sums: { requests: 0, totalPicousd: 0n },
  });
});
