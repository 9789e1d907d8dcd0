// Goal: a token count that is missing or is no count never becomes a wrong amount, and never throws.
// Method: the documented sample with one figure replaced by every kind of wrong value.
import { describe, expect, it } from "vitest";
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

function costOf(changes: AuditRecord = {}) {
  return createPricing(plain).costOf({ ...sample, ...changes }, "token_usage", AT);
}

describe("token counts that are none", () => {
  const wrong = [
    undefined,
    null,
    -1,
    1.5,
    "42256",
    "",
    true,
    {},
    [],
    1e300,
    Number.MAX_SAFE_INTEGER + 1,
    Number.NaN,
  ];

  it.each(wrong)("make the amounts unknown: input %o", (input) => {
    expect(costOf({ input_tokens: input })).toMatchObject({
      status: "unpriced",
      inputPicousd: undefined,
      outputPicousd: undefined,
      totalPicousd: undefined,
      inputTokens: 0,
      outputTokens: 38_000,
      lowerBoundUsd: undefined,
      quality: ["over_count_suspected", "tokens_inconsistent"],
    });
  });

  it.each(wrong)("make the amounts unknown: output %o", (output) => {
    expect(costOf({ output_tokens: output })).toMatchObject({
      status: "unpriced",
      totalPicousd: undefined,
      outputTokens: 0,
    });
  });

  it("still say which price would have held: it is not the model that is unknown", () => {
    expect(costOf({ output_tokens: null }).priceId).toBe(costOf().priceId);
  });

  it.each(wrong)("count as no calls: %o", (calls) => {
    expect(costOf({ llm_calls: calls })).toMatchObject({
      status: "priced",
      calls: 0,
      quality: [],
      totalPicousd: 185_804_800_000n,
    });
  });

  it("take -0 as 0", () => {
    const cost = costOf({ input_tokens: -0, output_tokens: 0, total_tokens: 0, llm_calls: -0 });
    expect(cost).toMatchObject({ calls: 0, inputTokens: 0, inputPicousd: 0n, totalPicousd: 0n, quality: [] });
    expect(Object.is(cost.inputTokens, 0)).toBe(true);
  });

  it.each(wrong)("make a free model no dearer: %o", (count) => {
    const record = { model: "ollama/llama3", input_tokens: count, output_tokens: count };
    expect(costOf({ ...record, total_tokens: undefined })).toMatchObject({
      status: "free",
      calls: 19,
      inputTokens: 0,
      inputPicousd: 0n,
      outputPicousd: 0n,
      totalPicousd: 0n,
      quality: ["over_count_suspected"],
    });
    const embedding = createPricing(plain).costOf(
      { model: "ollama/nomic-embed-text", calls: 3, input_tokens: count },
      "embedding_usage",
      AT,
    );
    expect(embedding).toMatchObject({ category: "embedding", status: "free", calls: 3, totalPicousd: 0n });
  });

  it("that are missing where work is measured in seconds are nothing odd", () => {
    const training = { ts: AT, type: "token_usage", path: "/training/run", duration_seconds: 5400 };
    for (const tokens of [{}, { total_tokens: 0 }, { input_tokens: null, output_tokens: null }]) {
      const cost = (model: string) =>
        createPricing(plain).costOf({ ...training, ...tokens, model }, "token_usage", AT);
      expect(cost("my-gpu")).toMatchObject({ status: "unpriced", totalPicousd: undefined, quality: [] });
      expect(cost("vllm/my-gpu")).toMatchObject({ status: "free", totalPicousd: 0n, quality: [] });
    }
  });

  it("leave the cost of embeddings unknown, but not their calls", () => {
    const record = { calls: 2, input_tokens: null };
    expect(createPricing(plain).costOf(record, "embedding_usage", AT)).toMatchObject({
      category: "embedding",
      status: "unpriced",
      totalPicousd: undefined,
      calls: 2,
    });
  });
});
