// Goal: every id gets the documented price by the documented step, and no other. Method: tables over the shipped catalog.
import { describe, expect, it } from "vitest";
import { PriceBook, type PriceBookOptions } from "../../../src/cost/price-book.ts";

const plain: PriceBookOptions = { region: "us-east-1", overrides: [], aliases: {}, multiplier: "1" };
const HAIKU = "anthropic.claude-3-5-haiku-20241022-v1:0";
const MINIMAX = "minimax.minimax-m2.5";

/** Step, input rate, output rate of a model. */
function found(model: string, options: Partial<PriceBookOptions> = {}) {
  const match = new PriceBook({ ...plain, ...options }).find(model);
  const price = match?.prices[0]?.price;
  return match && [match.matchedBy, price?.input_cost_per_million, price?.output_cost_per_million];
}

describe("the catalog", () => {
  it.each([
    [HAIKU, "catalog", "0.80", "4.00"],
    [`us.${HAIKU}`, "catalog_prefix", "0.80", "4.00"],
    [`eu.${HAIKU}`, "catalog_prefix", "0.80", "4.00"],
    [`apac.${HAIKU}`, "catalog_prefix", "0.80", "4.00"],
    ["global.anthropic.claude-haiku-4-5-20251001-v1:0", "catalog_prefix", "1.00", "5.00"],
    ["us.anthropic.claude-haiku-4-5-20251001-v1:0", "catalog_prefix", "1.10", "5.50"],
    ["eu.anthropic.claude-haiku-4-5-20251001-v1:0", "catalog_prefix", "1.10", "5.50"],
    ["amazon.titan-embed-text-v2:0", "catalog", "0.02", "0"],
    ["cohere.embed-multilingual-v3", "catalog", "0.10", "0"],
    ["cohere.embed-english-v3", "catalog", "0.10", "0"],
    ["amazon.nova-micro-v1:0", "catalog", "0.035", "0.14"],
    ["eu.amazon.nova-micro-v1:0", "catalog_prefix", "0.046", "0.184"],
  ])("has %s by %s at %s and %s", (model, ...expected) => {
    expect(found(model)).toEqual(expected);
  });

  it.each([
    ["us-east-1", "0.30", "1.20"],
    ["us-east-2", "0.30", "1.20"],
    ["us-west-2", "0.30", "1.20"],
    ["eu-central-1", "0.36", "1.44"],
    ["ap-northeast-1", "0.36", "1.44"],
    ["sa-east-1", "0.36", "1.44"],
    ["eu-west-2", "0.47", "1.86"],
  ])("has MiniMax M2.5 in %s at %s and %s", (region, ...expected) => {
    expect(found(MINIMAX, { region })).toEqual(["catalog", ...expected]);
  });

  it("has no price for a region where the model is not listed", () => {
    expect(found(MINIMAX, { region: "eu-west-3" })).toBeUndefined();
    expect(found(`us.${MINIMAX}`)).toBeUndefined();
  });

  it.each([
    "amazon.titan-embed-text-v2",
    "titan-embed-text-v2:0",
    "amazon.titan-embed-text-v2:0:8k",
    "amazon.titan-embed-text-v3:0",
    "claude-3-5-haiku",
    `ca.${HAIKU}`,
    HAIKU.toUpperCase(),
    ` ${HAIKU}`,
    "",
    "toString",
    "constructor",
    "__proto__",
    "ollama/",
    "my-ollama/llama3",
  ])("never guesses: %o has no price", (model) => {
    expect(found(model)).toBeUndefined();
  });
});

describe("an ARN", () => {
  it("of a foundation model or an inference profile is priced as the model it names", () => {
    expect(found(`arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`)).toEqual([
      "catalog_arn",
      "0.80",
      "4.00",
    ]);
    expect(found(`arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${HAIKU}`)).toEqual([
      "catalog_arn",
      "0.80",
      "4.00",
    ]);
  });

  it("brings its own region", () => {
    expect(found(`arn:aws:bedrock:eu-west-2::foundation-model/${MINIMAX}`)).toEqual([
      "catalog_arn",
      "0.47",
      "1.86",
    ]);
    expect(
      found("arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.titan-embed-text-v2:0"),
    ).toEqual(["catalog_arn", "0.11", "0"]);
  });

  it.each([
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
    `arn:aws:sagemaker:us-east-1::foundation-model/${HAIKU}`,
    `x arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`,
    "arn:aws:bedrock:us-east-1::foundation-model/",
  ])("that names no known model has no price: %s", (arn) => {
    expect(found(arn)).toBeUndefined();
  });
});

describe("the configuration", () => {
  const override = { model: HAIKU, input_cost_per_million: "0.5", output_cost_per_million: 2 };
  const profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

  it("wins over the catalog, for exactly the id it names", () => {
    expect(found(HAIKU, { overrides: [override] })).toEqual(["config", "0.5", "2"]);
    expect(found(`us.${HAIKU}`, { overrides: [override] })).toEqual(["catalog_prefix", "0.80", "4.00"]);
  });

  it("says by an alias which model an opaque id stands for", () => {
    expect(found(profile, { aliases: { [profile]: `us.${HAIKU}` } })).toEqual(["alias", "0.80", "4.00"]);
    expect(found(profile, { aliases: { [profile]: HAIKU }, overrides: [override] })).toEqual([
      "alias",
      "0.5",
      "2",
    ]);
  });

  it("decides by an alias: a wrong one is seen rather than passed over", () => {
    expect(found(HAIKU, { aliases: { [HAIKU]: "no-such-model" } })).toBeUndefined();
  });

  it("follows an alias once only", () => {
    expect(found("a", { aliases: { a: "b", b: HAIKU } })).toBeUndefined();
    expect(found("a", { aliases: { a: "a" } })).toBeUndefined();
  });

  it("makes a model free by a price of zero", () => {
    const zero = { model: "own", input_cost_per_million: "0", output_cost_per_million: "0.00" };
    const match = new PriceBook({ ...plain, overrides: [zero] }).find("own");
    expect(match?.prices[0]?.status).toBe("free");
  });

  it("is refused with a rate that its loader should have found", () => {
    const wrong = { ...override, input_cost_per_million: "0.1234567" };
    expect(() => new PriceBook({ ...plain, overrides: [wrong] }).find(HAIKU)).toThrow("up to 6 decimals");
    expect(() => new PriceBook({ ...plain, multiplier: "-1" })).toThrow("a factor above 0");
  });
});

describe("a local model", () => {
  it("is free, by how its id starts", () => {
    expect(found("ollama/llama3.1:8b")).toEqual(["local", "0", "0"]);
    const price = new PriceBook(plain).find("ollama/nomic-embed-text")?.prices[0];
    expect(price).toMatchObject({ status: "free", priceId: expect.stringMatching(/^[0-9a-f]{12}$/) });
  });

  it("has a price if the configuration gives it one", () => {
    const own = { model: "ollama/llama3", input_cost_per_million: "0.01", output_cost_per_million: "0.01" };
    expect(found("ollama/llama3", { overrides: [own] })).toEqual(["config", "0.01", "0.01"]);
  });
});

describe("a price id", () => {
  it("leads back to its price, whatever the region is", () => {
    const book = new PriceBook({ ...plain, region: "eu-west-2" });
    for (const price of book.list()) expect(book.findById(price.priceId)).toEqual(price);
    expect(book.findById("000000000000")).toBeUndefined();
  });

  it("belongs to one price only", () => {
    const ids = new PriceBook(plain).list().map((price) => price.priceId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("is another one with a multiplier, but not with a multiplier of one", () => {
    const idWith = (multiplier: string) =>
      new PriceBook({ ...plain, multiplier }).find(HAIKU)?.prices[0]?.priceId;
    expect(idWith("1.00")).toBe(idWith("1"));
    expect(idWith("0.9")).not.toBe(idWith("1"));
  });
});
