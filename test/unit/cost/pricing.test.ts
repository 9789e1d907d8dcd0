// Goal: a usage record gets exactly the documented cost, whatever it holds. Method: the documented samples, and
// records that are wrong in every way.
import { describe, expect, it } from "vitest";
import { Catalog, type CatalogRow } from "../../../src/cost/catalog.ts";
import { costJson } from "../../../src/cost/cost-json.ts";
import { createPricing, type PricingOptions } from "../../../src/cost/pricing.ts";
import type { AuditRecord } from "../../../src/record/record.ts";

const TITAN = "amazon.titan-embed-text-v2:0";
const HAIKU = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
const AT = "2026-04-03T15:24:51.973128+00:00";

const plain: PricingOptions = {
  models: { llm: { model: HAIKU, source: "default" }, embedding: { model: TITAN, source: "default" } },
  region: "us-east-1",
  overrides: [],
  aliases: {},
  multiplier: "1",
};

const sample: AuditRecord = {
  ts: AT,
  type: "token_usage",
  path: "/memory/add",
  agent_id: "dev",
  user_id: "boss",
  llm_calls: 19,
  input_tokens: 42_256,
  output_tokens: 38_000,
  total_tokens: 80_256,
};

function costOf(changes: AuditRecord = {}, options: Partial<PricingOptions> = {}) {
  return createPricing({ ...plain, ...options }).costOf({ ...sample, ...changes }, "token_usage", AT);
}

describe("the documented records", () => {
  const priceId = expect.stringMatching(/^[0-9a-f]{12}$/);

  it("get their cost to the last digit, remarks and lower bound included", () => {
    expect(JSON.parse(costJson(costOf()))).toEqual({
      category: "llm",
      currency: "USD",
      input_usd: 0.0338048,
      output_usd: 0.152,
      total_usd: 0.1858048,
      total_picousd: 185_804_800_000,
      model: HAIKU,
      model_source: "default",
      price_id: priceId,
      status: "priced",
      quality: ["over_count_suspected", "uniform_calls"],
      lower_bound_usd: 0.0097792,
    });
  });

  it("of embeddings cost their input tokens only", () => {
    const record = {
      type: "embedding_usage",
      path: "/memory/search",
      model: TITAN,
      calls: 2,
      input_tokens: 123,
      latency_ms: 45,
    };
    const cost = createPricing(plain).costOf(record, "embedding_usage", AT);
    expect(JSON.parse(costJson(cost))).toEqual({
      category: "embedding",
      currency: "USD",
      input_usd: 2.46e-6,
      output_usd: 0,
      total_usd: 2.46e-6,
      total_picousd: 2_460_000,
      model: TITAN,
      model_source: "record",
      price_id: priceId,
      status: "priced",
    });
    expect(cost).toMatchObject({ calls: 2, inputTokens: 123, outputTokens: 0 });
  });

  it("of embeddings add up: a million of 37 tokens are exactly $0.74", () => {
    const pricing = createPricing(plain);
    const record = { model: TITAN, calls: 1, input_tokens: 37 };
    let sum = 0n;
    for (let count = 0; count < 1_000_000; count += 1) {
      sum += pricing.costOf(record, "embedding_usage", AT).totalPicousd ?? 0n;
    }
    expect(sum).toBe(740_000_000_000n);
  });
});

describe("the model", () => {
  it("of the record wins", () => {
    expect(costOf({ model: "amazon.nova-micro-v1:0" })).toMatchObject({
      model: "amazon.nova-micro-v1:0",
      modelSource: "record",
      totalPicousd: 42_256n * 35_000n + 38_000n * 140_000n,
    });
  });

  it.each([[undefined], [null], [""], [7], [{}], [["a"]]])(
    "is the configured one where the record says %o",
    (model) => {
      expect(costOf({ model })).toMatchObject({ model: HAIKU, modelSource: "default", status: "priced" });
    },
  );

  it("is the configured one for each kind of usage, with where it is from", () => {
    const models = {
      llm: { model: "minimax.minimax-m2.5", source: "config" },
      embedding: { model: TITAN, source: "env" },
    } as const;
    expect(costOf({}, { models })).toMatchObject({ model: "minimax.minimax-m2.5", modelSource: "config" });
    const embedding = createPricing({ ...plain, models }).costOf({ input_tokens: 5 }, "embedding_usage", AT);
    expect(embedding).toMatchObject({ model: TITAN, modelSource: "env", totalPicousd: 100_000n });
  });

  it("before a change of model is the one in use then", () => {
    const llm = {
      model: "amazon.nova-micro-v1:0",
      source: "env",
      earlier: [
        { until: "2026-02-01", model: HAIKU },
        { until: "2026-03-01", model: "minimax.minimax-m2.5" },
      ],
    } as const;
    const pricing = createPricing({ ...plain, models: { ...plain.models, llm } });
    const modelAt = (timestamp: string) => pricing.costOf({}, "token_usage", timestamp).model;
    expect(modelAt("2026-01-31T23:59:59.999999Z")).toBe(HAIKU);
    expect(modelAt("2026-02-01T00:00:00Z")).toBe("minimax.minimax-m2.5");
    expect(modelAt("2026-03-01T07:59:59+08:00")).toBe("minimax.minimax-m2.5");
    expect(modelAt("2026-03-01T00:00:00+00:00")).toBe("amazon.nova-micro-v1:0");
    const sourceAt = (timestamp: string) => pricing.costOf({}, "token_usage", timestamp).modelSource;
    expect([sourceAt("2026-01-01T00:00:00Z"), sourceAt("2026-04-01T00:00:00Z")]).toEqual(["config", "env"]);
  });

  it("is cut where its name is longer than a search server takes", () => {
    const cost = costOf({ model: "x".repeat(40_000) });
    expect(cost.model).toBe("x".repeat(512));
    expect(cost.status).toBe("unpriced");
  });

  it("may be another one in every record", () => {
    const pricing = createPricing(plain);
    for (let number = 0; number < 2500; number += 1) {
      expect(pricing.costOf({ model: `model-${number}` }, "token_usage", AT).model).toBe(`model-${number}`);
    }
  });
});

describe("without a price", () => {
  it("the cost is unknown, not zero, and has no price id; the tokens count", () => {
    const cost = costOf({ model: "vendor.new-model" });
    expect(cost).toMatchObject({
      status: "unpriced",
      priceId: undefined,
      totalPicousd: undefined,
      calls: 19,
      inputTokens: 42_256,
    });
    expect(JSON.parse(costJson(cost))).toEqual({
      category: "llm",
      currency: "USD",
      input_usd: null,
      output_usd: null,
      total_usd: null,
      total_picousd: null,
      model: "vendor.new-model",
      model_source: "record",
      status: "unpriced",
      quality: ["over_count_suspected", "uniform_calls"],
    });
  });

  it.each(["__proto__", "constructor", "hasOwnProperty"])(
    "a model named %s is one like any other",
    (model) => {
      const record = JSON.parse(`{"model":"${model}","llm_calls":1,"input_tokens":1,"output_tokens":1}`);
      expect(createPricing(plain).costOf(record, "token_usage", AT)).toMatchObject({
        model,
        status: "unpriced",
      });
    },
  );
});

describe("free models", () => {
  it("cost nothing, and their calls and tokens count", () => {
    expect(costOf({ model: "ollama/llama3.1:8b" })).toMatchObject({
      status: "free",
      totalPicousd: 0n,
      calls: 19,
      inputTokens: 42_256,
      lowerBoundUsd: 0,
    });
  });
});

describe("amounts", () => {
  it("are exact up to what a signed 64-bit integer holds, and unknown beyond", () => {
    const free = { input_tokens: 0, total_tokens: undefined, llm_calls: 1 };
    const output = 2_305_843_009_213;
    expect(costOf({ ...free, output_tokens: output }).totalPicousd).toBe(BigInt(output) * 4_000_000n);
    expect(costOf({ ...free, output_tokens: output + 1 })).toMatchObject({
      status: "unpriced",
      totalPicousd: undefined,
    });
  });

  it("have a lower bound even where the sum is no safe integer", () => {
    const cost = costOf({
      llm_calls: 3,
      input_tokens: 3_000_000_000,
      output_tokens: 3_000_000_000,
      total_tokens: undefined,
    });
    expect(cost.totalPicousd).toBe(14_400_000_000_000_000n);
    expect(cost.lowerBoundUsd).toBe(4800);
  });

  it("have a lower bound in whole pico-dollars, rounded down, where a multiplier leaves thirds of one", () => {
    const tokens = { llm_calls: 3, input_tokens: 3, output_tokens: 3, total_tokens: 6 };
    const cost = costOf(tokens, { multiplier: "0.9999999" });
    expect(cost.totalPicousd).toBe(14_399_999n);
    expect(cost.lowerBoundUsd).toBe(4_799_999e-12);
  });

  it("follow the price of the day of the record", () => {
    const rates = { source: "s", checked: "2026-01-01", output_cost_per_million: "0" };
    const row: CatalogRow = {
      model: "dated",
      provider: "p",
      category: "llm",
      regions: ["*"],
      prefixes: [""],
      prices: [
        { ...rates, effective_from: "2026-01-01", input_cost_per_million: "1" },
        { ...rates, effective_from: "2026-02-01", input_cost_per_million: "2" },
      ],
    };
    const pricing = createPricing(plain, new Catalog([row]));
    const record = { model: "dated", input_tokens: 1, output_tokens: 0 };
    const totalAt = (timestamp: string) => pricing.costOf(record, "token_usage", timestamp).totalPicousd;
    expect(totalAt("2025-12-31T23:59:59Z")).toBeUndefined();
    expect(totalAt("2026-01-31T23:59:59.999999+00:00")).toBe(1_000_000n);
    expect(totalAt("2026-02-01T00:00:00+00:00")).toBe(2_000_000n);
  });

  it("follow the contract's multiplier", () => {
    expect(costOf({}, { multiplier: "0.9" }).totalPicousd).toBe(167_224_320_000n);
  });
});

describe("the category", () => {
  it("is system for usage that a rule names, whatever the kind", () => {
    const pricing = createPricing({ ...plain, system: { agents: ["dig*"], paths: [], models: ["*haiku*"] } });
    expect(pricing.costOf({ agent_id: "digest", input_tokens: 1 }, "embedding_usage", AT).category).toBe(
      "system",
    );
    expect(pricing.costOf(sample, "token_usage", AT)).toMatchObject({ category: "system", model: HAIKU });
    expect(pricing.costOf({ ...sample, model: "other" }, "token_usage", AT).category).toBe("llm");
  });

  it("is system for programs beside the service, if nothing else is said", () => {
    const pricing = createPricing(plain);
    const categoryOf = (path: unknown) => pricing.costOf({ ...sample, path }, "token_usage", AT).category;
    expect(categoryOf("/pipelines/auto_dream")).toBe("system");
    expect(["/memory/dream", "/my/pipelines/x", undefined, 7].map(categoryOf)).toEqual(Array(4).fill("llm"));
  });
});
