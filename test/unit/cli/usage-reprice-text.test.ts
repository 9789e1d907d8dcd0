/**
 * Goal: people see what new prices change, what stays and why, and what to do next.
 * Method: reports made by hand, as text.
 */
import { expect, test } from "vitest";
import { repriceText } from "../../../src/cli/usage-reprice-text.ts";
import type { RecordsCost, RepriceReport } from "../../../src/usage/reprice.ts";
import { FakeTerminal } from "./fake-terminal.ts";

function cost(records: bigint, picousd: bigint, unpriced = 0n): RecordsCost {
  return {
    usageRecords: records,
    totalPicousd: picousd,
    lowerBoundPicousd: picousd,
    unpricedRecords: unpriced,
  };
}

const NONE = { usageRecords: 0n, priceIds: [] };
const REPORT: RepriceReport = {
  applied: false,
  models: [
    { model: "haiku", before: cost(2n, 0n, 2n), after: cost(2n, 1_500_000_000_000n) },
    { model: "old", before: cost(1n, 2_000_000_000_000n), after: cost(1n, 1_000_000_000_000n) },
  ],
  totals: { before: cost(3n, 2_000_000_000_000n, 2n), after: cost(3n, 2_500_000_000_000n) },
  repricedRecords: 3n,
  leftAlone: { price_gone: NONE, not_computable: NONE, undecided: NONE },
};

test("shows the models, the totals, and that nothing is changed yet", () => {
  expect(repriceText(REPORT, new FakeTerminal())).toBe(
    [
      "model  records before  records after            cost before  cost after  difference",
      "haiku               2              2  >= $0.00 (2 unpriced)       $1.50      +$1.50",
      "old                 1              1                  $2.00       $1.00      -$1.00",
      "total               3              3  >= $2.00 (2 unpriced)       $2.50    +$0.5000",
      "",
      "3 usage records would be repriced. Nothing is changed yet: add --apply.",
      "",
    ].join("\n"),
  );
});

test("says what was left alone, and why", () => {
  const leftAlone = {
    price_gone: { usageRecords: 1n, priceIds: ["ffffffffffff"] },
    not_computable: { usageRecords: 1200n, priceIds: [] },
    undecided: NONE,
  };
  const text = repriceText({ ...REPORT, applied: true, leftAlone }, new FakeTerminal());
  expect(text).toContain(
    "Left alone: 1 usage record, since their old price is not known any more; price_id ffffffffffff.",
  );
  expect(text).toContain("Left alone: 1,200 usage records, since their cost is not just tokens times price");
  expect(text).toContain("3 usage records repriced.");
});

test("says that there is nothing to do", () => {
  const same = { ...REPORT, repricedRecords: 0n };
  expect(repriceText(same, new FakeTerminal())).toContain("All costs are those of the present prices.");
  const undecided = { usageRecords: 1n, priceIds: [] };
  const left = { ...same, leftAlone: { ...REPORT.leftAlone, undecided } };
  expect(repriceText(left, new FakeTerminal())).toContain("No other cost differs.");
  expect(repriceText({ ...REPORT, models: [] }, new FakeTerminal())).toBe("No usage records.\n");
});
