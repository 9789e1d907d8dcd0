/**
 * Goal: who and what it was, what costs most first, each a link to itself alone.
 * Method: the HTML for real databases with few rows.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { breakdown } from "../../../../src/http/page/breakdown.ts";
import { requestRow, usageRow } from "../../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../../store/sample-store.ts";
import { pageOf, readable } from "./page-of.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

async function breakdownOf(address: string) {
  const { view, parameters } = await pageOf(sample, address);
  return breakdown(view, parameters);
}

it("has figures and the share of the cost", async () => {
  sample.put([
    requestRow(),
    requestRow({ status: 500 }),
    usageRow({}, { totalPicousd: 3_000_000_000_000n }),
    usageRow({ agentId: null }, { totalPicousd: 1_000_000_000_000n }),
  ]);
  const { text } = await breakdownOf("days=7");
  expect(readable(text)).toContain(
    "Agent Requests Errors Tokens Cost Share of cost dev 2 50.0 % 80,256 $3.00 75.0 % (none) 0 – 80,256 $1.00 25.0 % All 2 50.0 % 160,512 $4.00",
  );
  expect(text).toContain('<rect width="75" height="8">');
  expect(text).toContain('<a href="./?days=7&amp;agent=dev" data-soft>dev</a>');
  expect(text).toContain('href="api/v1/usage?days=7&amp;group_by=agent&amp;format=csv"');
});

it("doubtful records have columns where there are any", async () => {
  sample.put([
    usageRow({}, { quality: ["over_count_suspected"] }),
    usageRow({}, { status: "unpriced", totalPicousd: undefined }),
  ]);
  expect(readable(await breakdownOf(""))).toContain(
    "Tokens Suspect Unpriced Cost Share of cost dev 0 – 160,512 1 1 ≥ $0.1858",
  );
});

it("models and categories have calls instead of requests", async () => {
  sample.put([requestRow(), usageRow()]);
  const text = readable(await breakdownOf("group_by=model"));
  expect(text).toContain("Model Calls Tokens Cost Share of cost haiku 2 80,256 $0.1858 100.0 %");
  expect(text).not.toContain("(none)");
  expect(readable(await breakdownOf("group_by=category"))).toContain("LLM 2 80,256");
});

it("the rest of a long list is in the file", async () => {
  sample.put(Array.from({ length: 20 }, (_, index) => requestRow({ agentId: `agent ${index}` })));
  expect(readable(await breakdownOf(""))).toContain("and 5 more: see the CSV");
});

it("names are text, never HTML", async () => {
  sample.put([requestRow({ agentId: '"><script>alert(1)</script>' })]);
  expect((await breakdownOf("")).text).not.toContain("<script>");
});

it("says if there is nothing, and takes other dimensions from the address", async () => {
  expect(readable(await breakdownOf("group_by=status"))).toContain("Nothing in this period.");
});
