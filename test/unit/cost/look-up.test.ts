/**
 * Goal: every id gets the price of its model, in its region, by the documented rule, or none: never another's.
 * Method: a table of ids as Bedrock knows them, with the prices of the list that the catalog is made of; each refusal with
 * the reason that is told.
 */
import { describe, expect, it } from "vitest";
import { Catalog, type CatalogRow } from "../../../src/cost/catalog.ts";
import { findRow, type LookUp, tryRules } from "../../../src/cost/look-up.ts";

const catalog = new Catalog();
const ACCOUNT = "123456789012";

function lookUpIn(region: string, more: Partial<LookUp> = {}): LookUp {
  return { catalog, region, overrides: new Map(), aliases: new Map(), ...more };
}

/** Rule, input and output rate of an id; undefined if it has no price. */
function found(id: string, region: string, more: Partial<LookUp> = {}) {
  const match = findRow(lookUpIn(region, more), id);
  const price = match?.row.prices.at(-1);
  return match && [match.rule, price?.input_cost_per_million, price?.output_cost_per_million];
}

const HAIKU_35 = "anthropic.claude-3-5-haiku-20241022-v1:0";
const HAIKU_45 = "anthropic.claude-haiku-4-5-20251001-v1:0";
const SONNET_45 = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const TITAN = "amazon.titan-embed-text-v2:0";

describe("an id of Bedrock", () => {
  it.each([
    [HAIKU_35, "us-east-1", "catalog", "0.80", "4.00"],
    [`us.${HAIKU_35}`, "us-west-2", "catalog_prefix", "0.80", "4.00"],
    [`eu.${HAIKU_35}`, "eu-central-1", "catalog_prefix", "0.80", "4.00"],
    [`apac.${HAIKU_35}`, "ap-northeast-1", "catalog_prefix", "0.80", "4.00"],
    [`global.${HAIKU_45}`, "eu-west-1", "catalog_prefix", "1.00", "5.00"],
    [`us.${HAIKU_45}`, "us-east-1", "catalog_prefix", "1.10", "5.50"],
    [`eu.${HAIKU_45}`, "eu-west-1", "catalog_prefix", "1.10", "5.50"],
    [`jp.${HAIKU_45}`, "ap-northeast-1", "catalog_prefix", "1.10", "5.50"],
    [`au.${HAIKU_45}`, "ap-southeast-2", "catalog_prefix", "1.10", "5.50"],
    [HAIKU_45, "us-gov-west-1", "catalog", "1.20", "6.00"],
    [`global.${SONNET_45}`, "us-east-1", "catalog_prefix", "3.00", "15.00"],
    [`us.${SONNET_45}`, "us-east-1", "catalog_prefix", "3.30", "16.50"],
    [`us-gov.${SONNET_45}`, "us-gov-west-1", "catalog_prefix", "3.60", "18.00"],
    [`us-gov.${SONNET_45}`, "us-east-1", "catalog_prefix", "3.60", "18.00"],
    ["apac.anthropic.claude-sonnet-4-20250514-v1:0", "ap-south-1", "catalog_prefix", "3.00", "15.00"],
    ["us.anthropic.claude-3-7-sonnet-20250219-v1:0", "us-east-1", "catalog_prefix", "3.00", "15.00"],
    ["us.anthropic.claude-opus-4-1-20250805-v1:0", "us-east-1", "catalog_prefix", "15.00", "75.00"],
    ["amazon.nova-micro-v1:0", "us-east-1", "catalog", "0.035", "0.14"],
    ["us.amazon.nova-lite-v1:0", "us-east-1", "catalog_prefix", "0.06", "0.24"],
    ["eu.amazon.nova-lite-v1:0", "eu-central-1", "catalog_prefix", "0.078", "0.312"],
    ["apac.amazon.nova-pro-v1:0", "ap-northeast-1", "catalog_prefix", "0.84", "3.36"],
    ["amazon.nova-pro-v1:0", "us-gov-east-1", "catalog", "0.96", "3.84"],
    ["minimax.minimax-m2.5", "us-east-1", "catalog", "0.30", "1.20"],
    ["minimax.minimax-m2.5", "us-west-2", "catalog", "0.30", "1.20"],
    ["minimax.minimax-m2.5", "eu-central-1", "catalog", "0.36", "1.44"],
    ["minimax.minimax-m2.5", "eu-west-2", "catalog", "0.47", "1.86"],
    ["deepseek.v3.2", "ap-south-1", "catalog", "0.74", "2.22"],
    ["eu.deepseek.v3.2", "eu-north-1", "catalog_prefix", "0.74", "2.22"],
    ["moonshot.kimi-k2-thinking", "ap-northeast-1", "catalog", "0.73", "3.03"],
    ["meta.llama3-70b-instruct-v1:0", "eu-west-2", "catalog", "3.45", "4.55"],
    ["us.meta.llama3-3-70b-instruct-v1:0", "us-east-1", "catalog_prefix", "0.72", "0.72"],
    ["eu.meta.llama3-2-1b-instruct-v1:0", "eu-west-1", "catalog_prefix", "0.13", "0.13"],
    ["mistral.mistral-large-2402-v1:0", "eu-west-3", "catalog", "5.20", "15.60"],
    ["openai.gpt-oss-120b-1:0", "us-west-2", "catalog", "0.15", "0.60"],
    ["qwen.qwen3-next-80b-a3b", "ap-southeast-2", "catalog", "0.1545", "1.236"],
    [TITAN, "us-east-1", "catalog", "0.02", "0"],
    [TITAN, "us-gov-west-1", "catalog", "0.11", "0"],
    ["cohere.embed-multilingual-v3", "eu-central-1", "catalog", "0.10", "0"],
    ["global.cohere.embed-v4:0", "us-east-1", "catalog_prefix", "0.12", "0"],
  ])("%s in %s is priced by %s at %s and %s", (id, region, ...expected) => {
    expect(found(id, region)).toEqual(expected);
  });

  it.each([
    ["minimax.minimax-m2.5", "eu-west-3"],
    ["us.minimax.minimax-m2.5", "us-east-1"],
    ["openai.gpt-oss-120b-1:0", "eu-west-1"],
    ["meta.llama3-3-70b-instruct-v1:0", "eu-west-1"],
    [`ca.${HAIKU_35}`, "ca-central-1"],
    [`global.${HAIKU_35}`, "us-east-1"],
    [`us.${TITAN}`, "us-east-1"],
    [`us.us.${HAIKU_35}`, "us-east-1"],
    [`${HAIKU_35}:48k`, "us-east-1"],
    ["anthropic.claude-3-5-haiku-20241022-v1", "us-east-1"],
    ["anthropic.claude-3-5-haiku-20241022-v2:0", "us-east-1"],
    ["anthropic.claude-3-7-sonnet-20240620-v1:0", "us-east-1"],
    ["amazon.titan-embed-text-v2", "us-east-1"],
    ["cohere.embed-multilingual-v3:0:512", "us-east-1"],
    [`us.${HAIKU_45}`, "us-gov-west-1"],
    [HAIKU_45, "cn-north-1"],
    [`bedrock/${HAIKU_35}`, "us-east-1"],
  ])("%s in %s has no price", (id, region) => {
    expect(found(id, region)).toBeUndefined();
  });
});

describe("an ARN of Bedrock", () => {
  it.each([
    [`arn:aws:bedrock:us-east-1::foundation-model/${HAIKU_35}`, "0.80", "4.00"],
    ["arn:aws:bedrock:eu-west-2::foundation-model/minimax.minimax-m2.5", "0.47", "1.86"],
    [`arn:aws:bedrock:::foundation-model/${HAIKU_35}`, "0.80", "4.00"],
    [`arn:aws:bedrock:us-east-1:${ACCOUNT}:inference-profile/us.${HAIKU_45}`, "1.10", "5.50"],
    [`arn:aws:bedrock:eu-west-1:${ACCOUNT}:inference-profile/global.${HAIKU_45}`, "1.00", "5.00"],
    [
      `arn:aws-us-gov:bedrock:us-gov-west-1:${ACCOUNT}:inference-profile/us-gov.${SONNET_45}`,
      "3.60",
      "18.00",
    ],
    [`arn:aws-us-gov:bedrock:us-gov-east-1::foundation-model/${TITAN}`, "0.20", "0"],
  ])("%s brings its region and is priced at %s and %s", (arn, input, output) => {
    expect(found(arn, "ap-southeast-2")).toEqual(["catalog_arn", input, output]);
  });

  it.each([
    [
      `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`,
      "an ARN of the kind application-inference-profile does not say which model it is",
    ],
    [
      `arn:aws:bedrock:us-east-1:${ACCOUNT}:provisioned-model/a1b2c3d4e5f6`,
      "an ARN of the kind provisioned-model does not say which model it is",
    ],
    [`arn:aws:bedrock:us-east-1:${ACCOUNT}:custom-model/${HAIKU_35}`, "an ARN of the kind custom-model"],
    [
      `arn:aws:bedrock:us-east-1:${ACCOUNT}:inference-profile/a1b2c3d4e5f6`,
      "the catalog does not have this id",
    ],
    ["arn:aws:bedrock:eu-west-3::foundation-model/minimax.minimax-m2.5", "not for eu-west-3"],
    [`arn:aws-cn:bedrock:cn-north-1::foundation-model/${HAIKU_35}`, "not for cn-north-1"],
    [`arn:aws:sagemaker:us-east-1::foundation-model/${HAIKU_35}`, "it is no ARN of a foundation model"],
  ])("%s has no price: %s", (arn, reason) => {
    expect(found(arn, "us-east-1")).toBeUndefined();
    const tried = [...tryRules(lookUpIn("us-east-1"), arn)];
    expect(tried.find(({ rule }) => rule === "catalog_arn")?.reason).toContain(reason);
  });
});

describe("an id of another vendor", () => {
  it.each([
    ["gpt-4o-mini", "catalog", "0.15", "0.60"],
    ["openai/gpt-4o-mini", "catalog_prefix", "0.15", "0.60"],
    ["text-embedding-3-small", "catalog", "0.02", "0"],
    ["claude-sonnet-4-5-20250929", "catalog", "3.00", "15.00"],
    ["gemini/gemini-2.5-flash", "catalog_prefix", "0.30", "2.50"],
    ["mistral-large-latest", "catalog", "0.50", "1.50"],
    ["embed-multilingual-v3.0", "catalog", "0.10", "0"],
    ["deepseek-chat", "catalog", "0.28", "0.42"],
    ["deepseek/deepseek-r1", "catalog_prefix", "0.55", "2.19"],
  ])("%s is priced by %s at %s and %s, wherever we are", (id, ...expected) => {
    expect(found(id, "us-east-1")).toEqual(expected);
    expect(found(id, "eu-west-3")).toEqual(expected);
  });

  it.each(["deepseek-r1", "mistral-small", "llama3.1:8b", "gpt-oss-120b", "ft:gpt-4o-2024-08-06:own::a1"])(
    "%s could be a local copy or somebody's own, and has no price",
    (id) => {
      expect(found(id, "us-east-1")).toBeUndefined();
    },
  );
});

describe("the rules", () => {
  const own: CatalogRow = {
    model: "own",
    provider: "configuration",
    category: "llm",
    regions: ["*"],
    prefixes: [""],
    prices: [{ input_cost_per_million: "7", output_cost_per_million: "9", source: "test", checked: "" }],
  };
  const rulesOf = (id: string, more: Partial<LookUp> = {}) =>
    [...tryRules(lookUpIn("us-east-1", more), id)].map(({ rule, row }) => [rule, row !== undefined]);

  it("are tried in their order, up to the one that finds a row", () => {
    expect(rulesOf(`us.${HAIKU_35}`)).toEqual([
      ["config", false],
      ["alias", false],
      ["catalog", false],
      ["catalog_prefix", true],
    ]);
    expect(rulesOf("own", { overrides: new Map([["own", own]]) })).toEqual([["config", true]]);
    expect(rulesOf("nothing").map(([rule]) => rule)).toEqual([
      ...["config", "alias", "catalog", "catalog_prefix", "catalog_arn", "local"],
    ]);
  });

  it("stop at an alias, even one that leads nowhere: a slip is seen rather than passed over", () => {
    const aliases = new Map([[HAIKU_35, "no-such-model"]]);
    expect(rulesOf(HAIKU_35, { aliases })).toEqual([
      ["config", false],
      ["alias", false],
    ]);
  });

  it("follow an alias to a row of the configuration or the catalog, once", () => {
    const aliases = new Map([
      ["a", "own"],
      ["b", `us.${HAIKU_45}`],
      ["c", "a"],
    ]);
    const more = { aliases, overrides: new Map([["own", own]]) };
    expect(found("a", "us-east-1", more)).toEqual(["alias", "7", "9"]);
    expect(found("b", "us-east-1", more)).toEqual(["alias", "1.10", "5.50"]);
    expect(found("c", "us-east-1", more)).toBeUndefined();
  });
});
