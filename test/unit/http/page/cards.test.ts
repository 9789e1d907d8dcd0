/**
 * Goal: the figures of the period, and everything one must know to believe them.
 * Method: the text of the cards for real databases with few rows.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { cards } from "../../../../src/http/page/cards.ts";
import type { UsageAccess } from "../../../../src/http/usage-api.ts";
import { requestRow, usageRow } from "../../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../../store/sample-store.ts";
import { pageOf, readable } from "./page-of.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

async function cardsOf(address = "", changes: Partial<UsageAccess> = {}): Promise<string> {
  const { view, query } = await pageOf(sample, address, changes);
  return readable(cards(view, query));
}

it("counts requests, memories, searches, tokens and money", async () => {
  const search = { routeGroup: "memory_search" } as const;
  sample.put([
    requestRow(),
    requestRow({ status: 500 }),
    requestRow(search),
    requestRow({ ...search, status: 429 }),
    usageRow({}, { modelSource: "record" }),
  ]);
  expect(await cardsOf()).toBe(
    "Summary Cost $0.1858 list price, not a bill Requests 4 without health checks Success rate 50.0 % 2 errors " +
      "Memories added 1 successful creates Searches 1 successful searches " +
      "Tokens 80,256 42,256 in, 38,000 out Suspect 0 of 1 usage records Unpriced 0 of 1 usage records",
  );
});

it("doubtful records are marked, and told in one line", async () => {
  sample.put([
    usageRow({}, { quality: ["uniform_calls"], lowerBoundUsd: 0.0929024 }),
    usageRow({}, { status: "unpriced", totalPicousd: undefined, priceId: undefined }),
  ]);
  const text = await cardsOf();
  expect(text).toContain("Cost ≥ $0.1858 reported; at least $0.0929");
  expect(text).toContain(
    "Reported $0.1858, at least $0.0929, 1 of 2 suspect: the service counts calls again",
  );
  expect(text).toContain("Costs are list prices, not a bill.");
  expect(text).toContain("Without a known price, and so not in the cost: 1 usage record.");
  expect(text).toContain("Assumed: haiku; set LLM_MODEL and EMBEDDING_MODEL.");
});

it("doubt that changes no amount is told without amounts", async () => {
  sample.put([usageRow({}, { quality: ["over_count_suspected"] })]);
  expect(await cardsOf()).toContain("1 of 1 suspect: the service counts calls again");
  expect(await cardsOf()).not.toContain("Reported");
});

it("nothing is claimed of requests by model or category", async () => {
  sample.put([requestRow(), usageRow()]);
  expect(await cardsOf("model=haiku")).toContain("Requests – not known by model or category");
  expect(await cardsOf("category=llm")).toContain("Success rate – not known by model or category");
});

it("an empty period is empty, not perfect", async () => {
  const text = await cardsOf();
  expect(text).toContain("Success rate – 0 errors");
  expect(text).not.toContain("list prices");
});

it("says where lines are still to be taken in", async () => {
  expect(await cardsOf("", { isComplete: () => false })).toContain("Lines are still being taken in");
});
