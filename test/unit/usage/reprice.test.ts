/**
 * Goal: the difference is told by model, with totals and with what is left alone; only applying changes the store.
 * Method: a small store, repriced by a configuration with another model and another rate.
 */
import { expect, test } from "vitest";
import { PriceBook } from "../../../src/cost/price-book.ts";
import { createPricing, type PricingOptions } from "../../../src/cost/pricing.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import type { Database } from "../../../src/system/sqlite.ts";
import { differenceOf, repriceStore, toRepriceAnswer } from "../../../src/usage/reprice.ts";
import { withDatabase } from "../store/sample-database.ts";
import { NOON_MS, usageRow } from "../store/sample-rows.ts";

const EVER = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS };

function options(llm: string, rate: string): PricingOptions {
  return {
    models: { llm: { model: llm, source: "config" }, embedding: { model: "embedder", source: "config" } },
    region: "us-east-1",
    overrides: [{ model: "known", input_cost_per_million: rate, output_cost_per_million: rate }],
    aliases: {},
    multiplier: "1",
  };
}

const BEFORE = options("vendor.unknown", "1");
const AFTER = options("known", "2.5");

function filled(database: Database): void {
  const pricing = createPricing(BEFORE);
  const rows = [{}, {}, { model: "known" }].map((named) => {
    const record = { ...named, llm_calls: 1, input_tokens: 1_000_000, output_tokens: 0 };
    return usageRow({ cost: pricing.costOf(record, "token_usage", new Date(NOON_MS).toISOString()) });
  });
  rows.push(usageRow({}, { model: "gone", modelSource: "record", priceId: "ffffffffffff" }));
  new BucketWriter(database).addRows(rows);
}

function reprice(database: Database, applies: boolean) {
  const prices = { pricing: createPricing(AFTER), book: new PriceBook(AFTER) };
  return repriceStore(database, prices, EVER, applies);
}

test("tells before, after and difference by model, and what is left alone", () => {
  withDatabase((database) => {
    filled(database);
    const gone = {
      usage_records: 1,
      total_usd: "0.1858048",
      lower_bound_usd: "0.1858048",
      unpriced_records: 0,
    };
    const none = { usage_records: 0, total_usd: "0", lower_bound_usd: "0", unpriced_records: 0 };
    expect(toRepriceAnswer(reprice(database, false))).toEqual({
      applied: false,
      rows: [
        {
          model: "known",
          before: { usage_records: 1, total_usd: "1", lower_bound_usd: "1", unpriced_records: 0 },
          after: { usage_records: 3, total_usd: "7.5", lower_bound_usd: "7.5", unpriced_records: 0 },
          difference_usd: "6.5",
        },
        { model: "gone", before: gone, after: gone, difference_usd: "0" },
        {
          model: "vendor.unknown",
          before: { ...none, usage_records: 2, unpriced_records: 2 },
          after: none,
          difference_usd: "0",
        },
      ],
      totals: {
        before: {
          usage_records: 4,
          total_usd: "1.1858048",
          lower_bound_usd: "1.1858048",
          unpriced_records: 2,
        },
        after: {
          usage_records: 4,
          total_usd: "7.6858048",
          lower_bound_usd: "7.6858048",
          unpriced_records: 0,
        },
        difference_usd: "6.5",
      },
      repriced_records: 3,
      left_alone: {
        price_gone: { usage_records: 1, price_ids: ["ffffffffffff"] },
        not_computable: { usage_records: 0, price_ids: [] },
        undecided: { usage_records: 0, price_ids: [] },
      },
    });
  });
});

test("applied, it is all done, and nothing is left to do", () => {
  withDatabase((database) => {
    filled(database);
    const first = reprice(database, true);
    expect([first.applied, first.repricedRecords]).toEqual([true, 3n]);
    const second = reprice(database, true);
    expect(second.repricedRecords).toBe(0n);
    expect(differenceOf(second.totals)).toBe(0n);
    expect(second.totals.before).toEqual(first.totals.after);
  });
});

test("a failure in the middle leaves everything as it was", () => {
  withDatabase((database) => {
    filled(database);
    const total = () => database.prepare("SELECT SUM(total_picousd) AS n FROM usage_bucket").all([]);
    const before = total();
    database.execute(
      "CREATE TEMP TRIGGER fault BEFORE UPDATE ON main.usage_page BEGIN SELECT RAISE(ABORT, 'killed'); END",
    );
    expect(() => reprice(database, true)).toThrow("killed");
    expect(total()).toEqual(before);
  });
});
