/**
 * Goal: calls and tokens are estimated as the page says, from lines that stand for embeddings and from no others.
 * Method: lines by hand, one property changed at a time.
 */
import { describe, expect, it } from "vitest";
import { EmbeddingEstimates, estimateTokens } from "../../../src/cost/embedding-estimate.ts";
import { chooseModels } from "../../../src/cost/models.ts";
import { createPricing } from "../../../src/cost/pricing.ts";
import { type AuditRecord, kindOf } from "../../../src/record/record.ts";
import { routeOf } from "../../../src/record/route.ts";

const TS = "2026-04-03T15:24:51Z";

function pricingWith(embedding?: string, agents: string[] = []) {
  const options = { region: "us-east-1", overrides: [], aliases: {}, multiplier: "1" };
  const system = { agents, paths: [], models: [] };
  return createPricing({ ...options, system, models: chooseModels({ embedding }, {}) });
}

function estimate(record: AuditRecord, estimates = new EmbeddingEstimates(), pricing = pricingWith()) {
  const { method, path } = record;
  const line = { kind: kindOf(record), route: routeOf(method, path), timestamp: TS, record };
  return estimates.costOf(line, pricing);
}

const SEARCH = { method: "POST", path: "/memory/search", status: 200, agent_id: "dev" };
const DETAIL = { event: "retrieval_detail", path: "/memory/search", query: "where is the office?" };

describe("a request", () => {
  it.each([
    ["/memory/search", 2],
    ["/memory/search_combined", 5],
    ["/memory/search/?x=1", 2],
    ["/memory/update", 1],
  ])("to %s stands for %i calls without tokens", (path, calls) => {
    expect(estimate({ ...SEARCH, path })).toMatchObject({
      category: "embedding",
      model: "amazon.titan-embed-text-v2:0",
      modelSource: "default",
      status: "unpriced",
      calls,
      inputTokens: 0,
      totalPicousd: undefined,
      quality: ["estimated"],
    });
  });

  it.each(["/memory/add", "/memory/dream", "/memory/list", "/memory/77", "/health", undefined])(
    "to %s stands for none that are known",
    (path) => {
      expect(estimate({ ...SEARCH, path })).toBeUndefined();
    },
  );

  it.each([400, 429, 500, "200", null])("with the status %j stands for none", (status) => {
    expect(estimate({ ...SEARCH, status })).toBeUndefined();
  });

  it("costs nothing where the model is free, and is the system's own where its agent is", () => {
    const free = pricingWith("ollama/nomic-embed-text", ["dev"]);
    expect(estimate(SEARCH, undefined, free)).toMatchObject({
      category: "system",
      status: "free",
      totalPicousd: 0n,
    });
  });
});

describe("a retrieval detail", () => {
  it("stands for the tokens of its query, as often as it was embedded, and for no calls", () => {
    // 20 characters are 5 tokens, embedded twice, at 20,000 pico-dollars each.
    expect(estimate(DETAIL)).toMatchObject({
      category: "embedding",
      status: "priced",
      calls: 0,
      inputTokens: 10,
      totalPicousd: 200_000n,
      quality: ["estimated"],
    });
  });

  it.each([{ query: undefined }, { query: 7 }, { path: "/memory/list" }])(
    "with %j stands for none",
    (members) => {
      expect(estimate({ ...DETAIL, ...members })).toBeUndefined();
    },
  );
});

it.each([{ type: "token_usage" }, { type: "embedding_usage" }, { event: "other" }])(
  "%j is no estimate",
  (members) => {
    expect(estimate({ ...SEARCH, ...members })).toBeUndefined();
  },
);

it("ends where the service records its embeddings itself", () => {
  expect(estimate(SEARCH, new EmbeddingEstimates("2026-04-04"))).toBeDefined();
  expect(estimate(SEARCH, new EmbeddingEstimates("2026-04-03"))).toBeUndefined();
  expect(estimate(SEARCH, new EmbeddingEstimates("2026-04-03T23:24:51+08:00"))).toBeUndefined();
  expect(estimate(SEARCH, new EmbeddingEstimates("2026-04-03T23:24:52+08:00"))).toBeDefined();
});

it.each([
  ["", 0],
  ["a", 1],
  ["four", 1],
  ["fives", 2],
  ["什么时候开会", 6],
  ["ひらカタ한글", 6],
  ["会议 at 10", 2 + 2],
  ["😀😀😀😀", 1],
])("%j has about %i tokens", (text, tokens) => {
  expect(estimateTokens(text)).toBe(tokens);
});
