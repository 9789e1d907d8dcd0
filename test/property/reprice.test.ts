/**
 * Goal: computing costs again gives exactly what the same records give when they come in today; with the prices of
 * before nothing changes, and there and back is where it was.
 * Method: random usage records and two random configurations: other models and times of their change, other rates, agents
 * that are the system's. All tables, after repricing, are compared with those of a store that was filled anew.
 */

import { expect, test } from "vitest";
import { PriceBook } from "../../src/cost/price-book.ts";
import { createPricing, type PricingOptions } from "../../src/cost/pricing.ts";
import { BUCKET_MS } from "../../src/store/bucket.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../src/store/bucket-query.ts";
import { BucketWriter } from "../../src/store/bucket-writer.ts";
import { openStoreInMemory } from "../../src/store/open.ts";
import { HOUR } from "../../src/store/pages.ts";
import type { StoreRow } from "../../src/store/row.ts";
import type { Database } from "../../src/system/sqlite.ts";
import { repriceStore } from "../../src/usage/reprice.ts";
import { fc, runs } from "../support/properties.ts";
import { bucketsIn, pagesIn } from "../unit/store/sample-pages.ts";
import { requestRow } from "../unit/store/sample-rows.ts";

const NOON_MS = Date.parse("2026-03-01T12:00:00Z");
const EVER = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS };
const CATALOG_MODEL = "us.anthropic.claude-3-5-haiku-20241022-v1:0";

interface UsageRecord {
  readonly kind: "token_usage" | "embedding_usage";
  readonly timestampMs: number;
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * The models that records name. No model is of both kinds: of a bucket of the category `system` that holds both, the sums
 * do not say which are which, and repricing leaves it alone.
 */
const LLM_MODELS = ["model-a", "model-b", CATALOG_MODEL, "vendor.unknown", undefined, undefined];
const EMBEDDING_MODELS = ["embedding-a", "model-e", "amazon.titan-embed-text-v2:0", undefined, undefined];

const whereAndWhenArbitrary = {
  agent_id: fc.constantFrom("dev", "ops", null),
  quarters: fc.integer({ min: -60, max: 60 }),
  calls: fc.integer({ min: 1, max: 5 }),
  input: fc.nat(100_000),
};

const timestampOf = (quarters: number) => NOON_MS + quarters * BUCKET_MS + 1;

const llmArbitrary = fc
  .record({
    ...whereAndWhenArbitrary,
    model: fc.constantFrom(...LLM_MODELS),
    output: fc.nat(100_000),
    isUniform: fc.boolean(),
  })
  .map(({ agent_id, model, quarters, calls, input, output, isUniform }): UsageRecord => {
    const factor = isUniform ? calls : 1;
    const counts = { llm_calls: calls, input_tokens: input * factor, output_tokens: output * factor };
    return {
      kind: "token_usage",
      timestampMs: timestampOf(quarters),
      members: { agent_id, path: "/memory/add", ...(model !== undefined && { model }), ...counts },
    };
  });

const embeddingArbitrary = fc
  .record({ ...whereAndWhenArbitrary, model: fc.constantFrom(...EMBEDDING_MODELS) })
  .map(({ agent_id, model, quarters, calls, input }): UsageRecord => {
    const counts = { calls, input_tokens: input };
    return {
      kind: "embedding_usage",
      timestampMs: timestampOf(quarters),
      members: { agent_id, path: "/memory/add", ...(model !== undefined && { model }), ...counts },
    };
  });

const recordArbitrary = fc.oneof(llmArbitrary, embeddingArbitrary);

const rateArbitrary = fc.nat(99_000_000).map((micro) => (micro / 1e6).toFixed(6));

const overrideArbitrary = (model: string) =>
  fc.record({
    model: fc.constant(model),
    input_cost_per_million: rateArbitrary,
    output_cost_per_million: rateArbitrary,
  });

const configuredArbitrary = (...models: string[]) =>
  fc
    .record({
      model: fc.constantFrom(...models),
      source: fc.constantFrom("config" as const, "env" as const, "default" as const),
      earlier: fc.option(
        fc.record({ quarters: fc.integer({ min: -30, max: 30 }), model: fc.constantFrom(...models) }),
      ),
    })
    .map(({ model, source, earlier }) => {
      if (earlier === null) return { model, source };
      const until = new Date(NOON_MS + earlier.quarters * BUCKET_MS).toISOString();
      return { model, source, earlier: [{ until, model: earlier.model }] };
    });

const optionsArbitrary: fc.Arbitrary<PricingOptions> = fc.record({
  models: fc.record({
    llm: configuredArbitrary("model-a", CATALOG_MODEL, "vendor.none"),
    embedding: configuredArbitrary("model-e", "amazon.titan-embed-text-v2:0"),
  }),
  region: fc.constantFrom("us-east-1", "eu-west-2"),
  overrides: fc
    .tuple(
      ...["model-a", "model-b", "model-e", CATALOG_MODEL].map((model) => fc.option(overrideArbitrary(model))),
    )
    .map((overrides) => overrides.filter((override) => override !== null)),
  aliases: fc.constantFrom<Record<string, string>>({}, { "vendor.unknown": CATALOG_MODEL }),
  multiplier: fc.constantFrom("1", "2", "3"),
  system: fc.record({
    agents: fc.constantFrom(["op?"], []),
    paths: fc.constantFrom(["/pipelines/*"], ["/memory/*"], []),
    models: fc.constantFrom(["*-a"], [], ["amazon.*"]),
  }),
});

function rowsOf(records: readonly UsageRecord[], options: PricingOptions): StoreRow[] {
  const pricing = createPricing(options);
  return records.map(({ kind, timestampMs, members }) =>
    requestRow({
      kind,
      timestampMs,
      method: null,
      status: null,
      elapsedMs: null,
      agentId: members["agent_id"] as string | null,
      cost: pricing.costOf(members, kind, new Date(timestampMs).toISOString()),
    }),
  );
}

function filled(records: readonly UsageRecord[], options: PricingOptions): Database {
  const database = openStoreInMemory();
  new BucketWriter(database).addRows([requestRow({ timestampMs: NOON_MS }), ...rowsOf(records, options)]);
  return database;
}

/** All rows of all tables of sums, by what they stand for; pages say the same. */
function contents(database: Database): unknown[] {
  expect(pagesIn(database, HOUR)).toEqual(bucketsIn(database));
  return ["usage_bucket", "usage_repeated"].map((table) =>
    database
      .prepare(
        `SELECT k.identity, t.* FROM ${table} t JOIN usage_key k ON k.id = t.key_id ORDER BY k.identity, start_ms`,
      )
      .all([])
      .map(({ key_id, ...row }) => row),
  );
}

function reprice(database: Database, options: PricingOptions, { span = EVER, applies = true } = {}) {
  const prices = { pricing: createPricing(options), book: new PriceBook(options) };
  return repriceStore(database, prices, span, applies);
}

test("repriced is as if taken in today, there and back is where it was", () => {
  let changes = 0;
  fc.assert(
    fc.property(
      fc.array(recordArbitrary, { minLength: 1, maxLength: 60 }),
      optionsArbitrary,
      optionsArbitrary,
      (records, before, after) => {
        const database = filled(records, before);
        const asBefore = contents(database);
        expect(reprice(database, before).repricedRecords).toBe(0n);
        expect(contents(database)).toEqual(asBefore);

        const foretold = reprice(database, after, { applies: false });
        expect(contents(database)).toEqual(asBefore);
        const there = reprice(database, after);
        expect({ ...there, applied: false }).toEqual(foretold);
        changes += Number(there.repricedRecords);
        expect(contents(database)).toEqual(contents(filled(records, after)));

        const back = reprice(database, before);
        expect(contents(database)).toEqual(asBefore);
        expect(back.totals.after).toEqual(there.totals.before);
        for (const { usageRecords } of [there, back].flatMap(({ leftAlone }) => Object.values(leftAlone)))
          expect(usageRecords).toBe(0n);
        database.close();
      },
    ),
    runs(100),
  );
  // Not vacuous.
  expect(changes).toBeGreaterThan(500);
});

test("what is repriced in parts is the same as in one go", () => {
  fc.assert(
    fc.property(
      fc.array(recordArbitrary, { minLength: 1, maxLength: 60 }),
      optionsArbitrary,
      optionsArbitrary,
      fc.integer({ min: -60, max: 60 }),
      (records, before, after, quarters) => {
        const atMs = NOON_MS + quarters * BUCKET_MS;
        const database = filled(records, before);
        reprice(database, after, { span: { fromMs: atMs, untilMs: TIME_MAX_MS } });
        reprice(database, after, { span: { fromMs: TIME_MIN_MS, untilMs: atMs } });
        expect(contents(database)).toEqual(contents(filled(records, after)));
        database.close();
      },
    ),
    runs(50),
  );
});
