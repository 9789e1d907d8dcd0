/**
 * Goal: of each bucket it is known what the prices of now make of it, or why it stays as it is.
 * Method: buckets of one kind each, against pricing of small configurations. Exactness: test/property/reprice.test.ts.
 */
import { expect, test } from "vitest";
import { PriceBook } from "../../../src/cost/price-book.ts";
import { createPricing, type PricingOptions } from "../../../src/cost/pricing.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { modelOf, priceIdOf, type RepricedBucket, Repricing } from "../../../src/store/reprice.ts";
import { withDatabase } from "./sample-database.ts";
import { NOON_MS, requestRow, usageRow } from "./sample-rows.ts";

const EVER = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS };
const override = (model: string, rate: string) => ({
  model,
  input_cost_per_million: rate,
  output_cost_per_million: rate,
});
const OPTIONS: PricingOptions = {
  models: {
    llm: { model: "llm", source: "config" },
    embedding: { model: "embedder", source: "config" },
  },
  region: "us-east-1",
  overrides: [override("llm", "1"), override("embedder", "1"), override("other", "2")],
  aliases: {},
  multiplier: "1",
};

type Members = Readonly<Record<string, unknown>>;

/** A row as it came in with these options. */
function taken(members: Members, options = OPTIONS, kind: "token_usage" | "embedding_usage" = "token_usage") {
  const record: Members = { input_tokens: 10, output_tokens: 10, llm_calls: 1, calls: 1, ...members };
  const timestamp = new Date(NOON_MS).toISOString();
  const agentId = typeof record["agent_id"] === "string" ? record["agent_id"] : null;
  return usageRow({ kind, agentId, cost: createPricing(options).costOf(record, kind, timestamp) });
}

function fates(
  rows: readonly ReturnType<typeof taken>[],
  options: PricingOptions,
  span = EVER,
): RepricedBucket[] {
  let found: RepricedBucket[] = [];
  withDatabase((database) => {
    new BucketWriter(database).addRows([requestRow(), ...rows]);
    const rates = new Map(new PriceBook(options).list().map((price) => [price.priceId, price]));
    found = [...new Repricing(database, { pricing: createPricing(options), rates }).buckets(span)];
  });
  return found;
}

function only(found: readonly RepricedBucket[]): RepricedBucket {
  expect(found).toHaveLength(1);
  return found[0] as RepricedBucket;
}

test("the same configuration changes nothing, requests are no matter of prices", () => {
  expect(only(fates([taken({})], OPTIONS)).fate).toBe("unchanged");
});

test("a model that the record names stays, one that was configured does not", () => {
  const options = {
    ...OPTIONS,
    models: { ...OPTIONS.models, llm: { model: "other", source: "env" as const } },
  };
  expect(only(fates([taken({ model: "llm" })], options)).fate).toBe("unchanged");
  const bucket = only(fates([taken({})], options));
  expect(bucket).toMatchObject({ fate: "repriced", to: { cost: { totalPicousd: 40_000_000n } } });
  expect(bucket.fate === "repriced" && modelOf(bucket.to.dimensions)).toBe("other");
});

test("a price of the former configuration is known by what the store remembers", () => {
  const options = { ...OPTIONS, overrides: [override("llm", "5")] };
  expect(only(fates([taken({})], options))).toMatchObject({
    fate: "repriced",
    cost: { totalPicousd: 20_000_000n },
    to: { cost: { totalPicousd: 100_000_000n } },
  });
});

test("a price that nothing knows any more is left alone, by its name", () => {
  const row = usageRow({}, { modelSource: "record", model: "llm", priceId: "ffffffffffff" });
  const bucket = only(fates([row], OPTIONS));
  expect(bucket).toMatchObject({ fate: "left_alone", reason: "price_gone" });
  expect(priceIdOf(bucket.key.dimensions)).toBe("ffffffffffff");
});

test("costs with cached tokens in them are left alone", () => {
  const cached = { ...override("llm", "1"), cache_read_input_cost_per_million: "0.1" };
  const row = taken({ cache_read_input_tokens: 50 }, { ...OPTIONS, overrides: [cached] });
  const options = { ...OPTIONS, overrides: [override("llm", "5")] };
  expect(only(fates([row], options))).toMatchObject({ fate: "left_alone", reason: "not_computable" });
});

test("a change of model within the quarter is left alone, unless the bucket is of one of the two", () => {
  const changing = (before: string, after: string): PricingOptions => {
    const until = new Date(NOON_MS + 60_000).toISOString();
    const llm = { model: after, source: "config" as const, earlier: [{ until, model: before }] };
    return { ...OPTIONS, models: { ...OPTIONS.models, llm } };
  };
  expect(only(fates([taken({})], changing("other", "vendor.new")))).toMatchObject({
    fate: "left_alone",
    reason: "undecided",
  });
  expect(only(fates([taken({})], changing("other", "llm"))).fate).toBe("unchanged");
});

test("the kind of the system's own usage is told by its calls", () => {
  const system = { ...OPTIONS, system: { agents: ["digest"], paths: [], models: [] } };
  const agent_id = "digest";
  const reach = (members: Members, kind: "token_usage" | "embedding_usage") => {
    const found = only(fates([taken({ agent_id, ...members }, system, kind)], OPTIONS));
    return found.fate === "repriced" ? found.to.dimensions[0] : found;
  };
  expect(reach({}, "token_usage")).toBe("llm");
  expect(reach({ llm_calls: 0 }, "token_usage")).toBe("llm");
  expect(reach({}, "embedding_usage")).toBe("embedding");
  expect(reach({ calls: 0 }, "embedding_usage")).toMatchObject({ reason: "undecided" });
});

test("an agent that is the system's now moves, prices or not", () => {
  const options = { ...OPTIONS, system: { agents: ["digest"], paths: [], models: [] } };
  const found = only(fates([taken({ agent_id: "digest" })], options));
  expect(found).toMatchObject({ fate: "repriced", to: { cost: { totalPicousd: 20_000_000n } } });
});

test("only buckets that start within the span are looked at", () => {
  const rows = [taken({})];
  expect(fates(rows, OPTIONS, { fromMs: NOON_MS + 1, untilMs: TIME_MAX_MS })).toEqual([]);
  expect(fates(rows, OPTIONS, { fromMs: TIME_MIN_MS, untilMs: NOON_MS })).toEqual([]);
  expect(fates(rows, OPTIONS, { fromMs: NOON_MS, untilMs: NOON_MS + 1 })).toHaveLength(1);
});
