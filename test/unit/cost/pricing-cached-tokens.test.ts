// Goal: cached input tokens cost what their own rates say, exactly; where such a rate is unknown, so is the cost.
// Method: a table of records of a model with both rates, one of them, and none.
import { describe, expect, it } from "vitest";
import { chooseModels } from "../../../src/cost/models.ts";
import type { PriceBookOptions } from "../../../src/cost/price-book.ts";
import { createPricing } from "../../../src/cost/pricing.ts";

const HAIKU = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
const NOVA = "amazon.nova-micro-v1:0";
const TOKENS = { input_tokens: 1000, output_tokens: 100 };

function costOf(record: Readonly<Record<string, unknown>>, more: Partial<PriceBookOptions> = {}) {
  const options = { region: "us-east-1", overrides: [], aliases: {}, multiplier: "1", ...more };
  const pricing = createPricing({ ...options, models: chooseModels({}, {}) });
  return pricing.costOf({ ...TOKENS, ...record }, "token_usage", "2026-11-21T00:00:00Z");
}

describe("cached tokens", () => {
  it("cost their own rates, beside the other input tokens", () => {
    const cost = costOf({ model: HAIKU, cache_read_input_tokens: 10, cache_write_input_tokens: 3 });
    // 1000 x 0.80 + 10 x 0.08 + 3 x 1.00, in millionths of a dollar.
    expect(cost).toMatchObject({ status: "priced", inputPicousd: 803_800_000n, outputPicousd: 400_000_000n });
    expect(cost).toMatchObject({ totalPicousd: 1_203_800_000n, inputTokens: 1000 });
  });

  it("are exact where a token costs no whole number of nano-dollars", () => {
    const cost = costOf({ model: NOVA, input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 3 });
    expect(cost.totalPicousd).toBe(26_250n);
  });

  it("are priced by the configuration's rates, times its multiplier", () => {
    const overrides = [
      {
        model: "own",
        input_cost_per_million: "1",
        output_cost_per_million: "1",
        cache_read_input_cost_per_million: "0.5",
      },
    ];
    const own = { model: "own", input_tokens: 0, output_tokens: 0 };
    const read = costOf({ ...own, cache_read_input_tokens: 2 }, { overrides, multiplier: "0.9" });
    expect(read.totalPicousd).toBe(900_000n);
    const written = costOf({ ...own, cache_write_input_tokens: 2 }, { overrides });
    expect(written).toMatchObject({ status: "unpriced", totalPicousd: undefined });
    expect(written.priceId).toMatch(/^[0-9a-f]{12}$/);
  });

  it.each([{}, { cache_read_input_tokens: 0 }, { cache_write_input_tokens: null }])(
    "that are none need no rate: %j",
    (counts) => {
      expect(costOf({ model: "minimax.minimax-m2.5", ...counts }).status).toBe("priced");
    },
  );

  it.each([-1, 0.5, "10", true])("with %o for a count have an unknown cost", (count) => {
    expect(costOf({ model: HAIKU, cache_read_input_tokens: count })).toMatchObject({
      status: "unpriced",
      totalPicousd: undefined,
    });
  });

  it("of embeddings there are none", () => {
    const options = { region: "us-east-1", overrides: [], aliases: {}, multiplier: "1" };
    const pricing = createPricing({ ...options, models: chooseModels({}, {}) });
    const record = { input_tokens: 5, cache_read_input_tokens: 5 };
    expect(pricing.costOf(record, "embedding_usage", "2026-11-21T00:00:00Z").totalPicousd).toBe(100_000n);
  });
});
