/**
 * Goal: repriced buckets stand under their new keys, in their pages, too, and nothing else has moved.
 * Method: a store with two keys that become one; the tables, read before and after.
 */
import { expect, test } from "vitest";
import { createPricing, type PricingOptions } from "../../../src/cost/pricing.ts";
import { BUCKET_MS } from "../../../src/store/bucket.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { DAY, HOUR } from "../../../src/store/pages.ts";
import { Repricing } from "../../../src/store/reprice.ts";
import { applyRepricing } from "../../../src/store/reprice-writer.ts";
import type { Database } from "../../../src/system/sqlite.ts";
import { withDatabase } from "./sample-database.ts";
import { bucketsIn, pagesIn } from "./sample-pages.ts";
import { NOON_MS, requestRow, usageRow } from "./sample-rows.ts";

function options(rate: string, source: "config" | "env"): PricingOptions {
  return {
    models: { llm: { model: "llm", source }, embedding: { model: "embedder", source } },
    region: "us-east-1",
    overrides: [{ model: "llm", input_cost_per_million: rate, output_cost_per_million: rate }],
    aliases: {},
    multiplier: "1",
  };
}

function taken(timestampMs: number, from: PricingOptions) {
  const record = { llm_calls: 3, input_tokens: 3, output_tokens: 3 };
  const cost = createPricing(from).costOf(record, "token_usage", new Date(timestampMs).toISOString());
  return usageRow({ timestampMs, cost });
}

function rowsIn(database: Database) {
  const sql = `SELECT model_source AS source, usage_records AS records, total_picousd AS total, lower_bound_picousd AS lower
    FROM usage_bucket JOIN usage_key ON id = key_id WHERE category IS NOT NULL ORDER BY start_ms, source`;
  return database.prepare(sql).all([]);
}

test("keys that become one are added up, and their pages follow within the span", () => {
  withDatabase((database) => {
    const [config, env] = [options("1", "config"), options("1", "env")];
    const nextDayMs = NOON_MS + DAY.ms;
    new BucketWriter(database).addRows([
      requestRow(),
      taken(NOON_MS, config),
      taken(NOON_MS, env),
      taken(NOON_MS + BUCKET_MS, env),
      taken(nextDayMs, env),
    ]);
    const repricing = new Repricing(database, {
      pricing: createPricing(options("2", "config")),
      rates: new Map(),
    });
    applyRepricing(database, repricing, { fromMs: NOON_MS, untilMs: nextDayMs });

    const later = { source: "env", records: 1n, total: 6_000_000n, lower: 2_000_000n };
    expect(rowsIn(database)).toEqual([
      { source: "config", records: 2n, total: 24_000_000n, lower: 8_000_000n },
      { source: "config", records: 1n, total: 12_000_000n, lower: 4_000_000n },
      later,
    ]);
    expect(pagesIn(database, HOUR)).toEqual(bucketsIn(database));
    const [requests, usage, ...others] = pagesIn(database, DAY).map(({ amounts }) => amounts);
    expect(requests?.requests).toBe(1);
    expect(usage).toMatchObject({
      usageRecords: 3,
      totalPicousd: 36_000_000n,
      lowerBoundPicousd: 12_000_000n,
    });
    expect(others).toEqual([]);
    const repeated = database
      .prepare("SELECT input_tokens AS n FROM usage_repeated ORDER BY start_ms")
      .all([]);
    expect(repeated).toEqual([{ n: 4n }, { n: 2n }, { n: 2n }]);
  });
});

test("moments before 1970 lie in the hour and the day before", () => {
  withDatabase((database) => {
    new BucketWriter(database).addRows([taken(-1, options("1", "config")), requestRow()]);
    const repricing = new Repricing(database, {
      pricing: createPricing(options("2", "config")),
      rates: new Map(),
    });
    applyRepricing(database, repricing, { fromMs: -DAY.ms, untilMs: 0 });
    for (const [span, startMs] of [
      [HOUR, -BUCKET_MS],
      [DAY, -DAY.ms],
    ] as const)
      expect(pagesIn(database, span)[0]).toMatchObject({ startMs, amounts: { totalPicousd: 12_000_000n } });
  });
});
