// Goal: the cost object has the documented members in the documented order. Method: whole texts.
import { describe, expect, it } from "vitest";
import type { Cost } from "../../../src/cost/cost.ts";
import { costJson } from "../../../src/cost/cost-json.ts";

const priced: Cost = {
  category: "llm",
  model: "m",
  modelSource: "default",
  status: "priced",
  priceId: "0123456789ab",
  inputPicousd: 33_804_800_000n,
  outputPicousd: 152_000_000_000n,
  totalPicousd: 185_804_800_000n,
  calls: 19,
  inputTokens: 42_256,
  outputTokens: 38_000,
  quality: ["over_count_suspected", "uniform_calls"],
  lowerBoundUsd: 0.0097792,
};

describe("costJson", () => {
  it("writes the members in the order of the documents", () => {
    expect(costJson(priced)).toBe(
      '{"category":"llm","currency":"USD","input_usd":0.0338048,"output_usd":0.152,"total_usd":0.1858048,' +
        '"total_picousd":185804800000,"model":"m","model_source":"default","price_id":"0123456789ab",' +
        '"status":"priced","quality":["over_count_suspected","uniform_calls"],"lower_bound_usd":0.0097792}',
    );
  });

  it("leaves out quality and lower bound where there is nothing to remark", () => {
    const json = costJson({ ...priced, quality: [], lowerBoundUsd: undefined });
    expect(Object.keys(JSON.parse(json))).toEqual(
      "category currency input_usd output_usd total_usd total_picousd model model_source price_id status".split(
        " ",
      ),
    );
  });

  it("writes an unknown amount as null, not as zero, and no price id", () => {
    const unknown = { inputPicousd: undefined, outputPicousd: undefined, totalPicousd: undefined };
    const json = costJson({
      ...priced,
      ...unknown,
      priceId: undefined,
      status: "unpriced",
      quality: [],
      lowerBoundUsd: undefined,
    });
    expect(json).toBe(
      '{"category":"llm","currency":"USD","input_usd":null,"output_usd":null,"total_usd":null,' +
        '"total_picousd":null,"model":"m","model_source":"default","status":"unpriced"}',
    );
  });

  it("writes zero as 0", () => {
    const json = costJson({
      ...priced,
      inputPicousd: 0n,
      outputPicousd: 0n,
      totalPicousd: 0n,
      status: "free",
    });
    expect(JSON.parse(json)).toMatchObject({ input_usd: 0, output_usd: 0, total_usd: 0, total_picousd: 0 });
  });

  it.each([
    ["quotes and controls", 'a"b\\c\n\u0000', 'a"b\\c\n\u0000'],
    ["non-ASCII letters", "模型-é-😀", "模型-é-😀"],
    ["half a surrogate pair", "a\ud83dz", "a\ufffdz"],
  ])("keeps %s in a model's name, in ASCII", (_what, model, expected) => {
    const json = costJson({ ...priced, model });
    expect(json).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(json).model).toBe(expected);
  });

  it("does not mix up records of one model with different prices or sources", () => {
    const model = "same-model";
    const first = JSON.parse(costJson({ ...priced, model }));
    const other = JSON.parse(costJson({ ...priced, model, priceId: "ffffffffffff" }));
    const named = JSON.parse(costJson({ ...priced, model, modelSource: "record" }));
    const again = JSON.parse(costJson({ ...priced, model }));
    expect(other).toEqual({ ...first, price_id: "ffffffffffff" });
    expect(named).toEqual({ ...first, model_source: "record" });
    expect(again).toEqual(first);
  });

  it("tells calls and tokens only of estimates, and only what there is", () => {
    const estimate = {
      ...priced,
      quality: ["estimated"] as const,
      calls: 0,
      inputTokens: 14,
      lowerBoundUsd: undefined,
      outputTokens: 0,
    };
    expect(JSON.parse(costJson(priced))).not.toHaveProperty("calls");
    expect(costJson(estimate)).toMatch(/"quality":\["estimated"\],"input_tokens":14}$/);
    expect(costJson({ ...estimate, calls: 2, inputTokens: 0 })).toMatch(/,"calls":2}$/);
  });

  it("goes on after more models than it keeps", () => {
    for (let number = 0; number < 2500; number += 1) {
      expect(JSON.parse(costJson({ ...priced, model: `model-${number}` })).model).toBe(`model-${number}`);
    }
  });
});
