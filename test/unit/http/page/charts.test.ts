/**
 * Goal: each chart is complete as a table, with the exact numbers that are drawn.
 * Method: the HTML for real databases with few rows.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { charts } from "../../../../src/http/page/charts.ts";
import { requestRow, usageRow } from "../../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../../store/sample-store.ts";
import { pageOf, readable } from "./page-of.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

const yesterday = { timestampMs: Date.parse("2026-11-20T23:59:59Z") };
const chartsOf = async (address: string) => charts((await pageOf(sample, address)).view);

it("money by category, requests by route, success and errors", async () => {
  sample.put([
    requestRow(),
    requestRow({ status: 500 }),
    requestRow({ ...yesterday, routeGroup: "memory_search" }),
    usageRow(),
    usageRow(yesterday, { category: "embedding", totalPicousd: 2_460_000n }),
  ]);
  const text = readable(await chartsOf("days=2")).replaceAll("&lt;", "<");
  expect(text).toContain("Cost per day All $0.1858 LLM $0.1858 Embeddings <$0.0001");
  expect(text).toContain(
    "Day All LLM Embeddings 2026-11-20 <$0.0001 $0.00 <$0.0001 2026-11-21 $0.1858 $0.1858 $0.00",
  );
  expect(text).toContain("Requests per day Day All Create Search 2026-11-20 1 0 1 2026-11-21 2 2 0");
  expect(text).toContain("Success and errors per day Success 2 Errors 1 Error rate 33.3 %");
  expect(text).toContain("Day Success Errors Error rate 2026-11-20 1 0 0 % 2026-11-21 1 1 50.0 %");
});

it("what is only read has no value to draw", async () => {
  sample.put([requestRow(), requestRow({ routeGroup: "memory_search" })]);
  const { text } = await chartsOf("days=1");
  expect(text).toContain('<td class="number">2</td><td class="number" data-value="1">1</td>');
});

it("what is drawn is exact, whatever is shown", async () => {
  sample.put([usageRow({}, { totalPicousd: 2_460_000n })]);
  expect((await chartsOf("days=1")).text).toContain('data-value="0.00000246"');
});

it("a series keeps its colour when others are missing", async () => {
  sample.put([usageRow({}, { category: "embedding" })]);
  const { text } = await chartsOf("days=1");
  expect(text).toContain('<i class="swatch tone-2"></i>Embeddings');
  expect(text).not.toContain("tone-1");
});

it("a long period is told in weeks, a longer one in months", async () => {
  sample.put([requestRow()]);
  expect(readable(await chartsOf("days=365"))).toContain("Requests per week Week from Create 2025-11-22 0");
  expect(readable(await chartsOf("days=1000"))).toContain("Requests per month Month Create 2024-02 0");
});

it("without data there is no chart", async () => {
  const { text } = await chartsOf("days=2");
  expect(text.match(/Nothing in this period/g)).toHaveLength(3);
  expect(text).not.toContain("data-measure");
});
