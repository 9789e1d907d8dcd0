/**
 * Goal: a narrow terminal shows fewer figures, never other ones, and no doubt is left out.
 * Method: the titles and cells of each layout for sums written by hand.
 */
import { expect, test } from "vitest";
import { figuresOf, type Layout, percent } from "../../../src/cli/usage-columns.ts";
import { emptyUsageSums } from "../../../src/usage/sums.ts";

const sums = {
  ...emptyUsageSums(),
  requests: 1200,
  errors: 24,
  llmCalls: 3,
  embeddingCalls: 4,
  inputTokens: 12_345_678,
  outputTokens: 900,
  totalPicousd: 1_500_000_000_000n,
};

const cells = (layout: Layout) => figuresOf(layout, sums).map(({ cell }) => cell(sums));

test("each layout says less than the one before", () => {
  expect(cells("full")).toEqual([1200, 24, "2.0 %", 3, 12_345_678, 900, 4, "$1.50"]);
  expect(cells("compact")).toEqual([1200, "2.0 %", 7, "12.35 M", "900", "$1.50"]);
  expect(cells("narrow")).toEqual([1200, 24, "12.35 M", "$1.50"]);
});

test.each(["full", "compact", "narrow"] as const)("doubts have columns in the layout %s", (layout) => {
  const titles = figuresOf(layout, { ...sums, suspectRecords: 1, unpricedRecords: 1 }).map(
    ({ title }) => title,
  );
  expect(titles.slice(-3)).toEqual(["cost", "unpriced", "suspect *"]);
  expect(figuresOf(layout, sums).at(-1)?.title).toBe("cost");
});

test("a cost that lacks something is a lower bound", () => {
  const partial = { ...sums, unpricedRecords: 1 };
  const cost = figuresOf("narrow", partial).find(({ title }) => title === "cost");
  expect(cost?.cell(partial)).toBe(">= $1.50");
});

test("shares have one decimal", () => {
  expect(percent(0.0249)).toBe("2.5 %");
});
