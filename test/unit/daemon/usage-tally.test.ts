/**
 * Goal: the counters of the metrics are the sums of what was committed, and their number is bounded.
 * Method: commits by hand.
 */
import { expect, test } from "vitest";
import { UsageTally } from "../../../src/daemon/usage-tally.ts";
import { BUCKET_DIMENSION_COLUMNS, type BucketDelta } from "../../../src/store/bucket.ts";

function delta(
  dimensions: Readonly<Record<string, string | null>>,
  sums: Partial<BucketDelta["sums"]>,
): BucketDelta {
  const none = { inputTokens: 0, outputTokens: 0, totalPicousd: 0n, unpricedRecords: 0 };
  return {
    dimensions: BUCKET_DIMENSION_COLUMNS.map((column) => dimensions[column] ?? null),
    sums: { ...none, ...sums },
  } as unknown as BucketDelta;
}

test("tokens and costs are added up by category, costs by agent as well", () => {
  const tally = new UsageTally();
  tally.add([
    delta(
      { category: "llm", agent_id: "dev", model: "m" },
      { inputTokens: 10, outputTokens: 1, totalPicousd: 5n },
    ),
    delta(
      { category: "llm", agent_id: "ops", model: "m" },
      { inputTokens: 20, outputTokens: 2, totalPicousd: 7n },
    ),
  ]);
  tally.add([delta({ category: "embedding", agent_id: "dev" }, { inputTokens: 3, totalPicousd: 1n })]);
  const { tokens, costs, agentCosts } = tally.counters();
  expect(tokens).toEqual(
    expect.arrayContaining([
      { category: "llm", direction: "input", count: 30 },
      { category: "llm", direction: "output", count: 3 },
      { category: "embedding", direction: "input", count: 3 },
    ]),
  );
  expect(costs).toEqual([
    { category: "llm", picousd: 12n },
    { category: "embedding", picousd: 1n },
  ]);
  expect(agentCosts).toEqual([
    { agent: "dev", picousd: 6n },
    { agent: "ops", picousd: 7n },
  ]);
});

test("requests have no category and are no usage", () => {
  const tally = new UsageTally();
  tally.add([delta({ agent_id: "dev" }, { inputTokens: 10 })]);
  expect(tally.counters()).toEqual({ tokens: [], costs: [], agentCosts: [], unpriced: [] });
});

test("records without a price are counted by model", () => {
  const tally = new UsageTally();
  tally.add([delta({ category: "llm", model: "x" }, { unpricedRecords: 2 })]);
  tally.add([delta({ category: "llm", model: "x" }, { unpricedRecords: 1 })]);
  expect(tally.counters().unpriced).toEqual([{ model: "x", records: 3 }]);
});

test("agents beyond ten thousand are one, and nothing is lost of the sum", () => {
  const tally = new UsageTally();
  const agents = Array.from({ length: 10_050 }, (_, index) => `agent ${index}`);
  tally.add(agents.map((agent_id) => delta({ category: "llm", agent_id }, { totalPicousd: 1n })));
  const { agentCosts } = tally.counters();
  expect(agentCosts.length).toBeLessThanOrEqual(10_001);
  expect(agentCosts.find(({ agent }) => agent === "other")?.picousd).toBeGreaterThanOrEqual(50n);
  expect(agentCosts.reduce((sum, { picousd }) => sum + picousd, 0n)).toBe(10_050n);
});
