// Goal: `prices show` tells which price a model has and where it is from, to people and to programs.
// Method: the command's core on a terminal that remembers, with the shipped catalog.
import { describe, expect, it } from "vitest";
import { answerPrices, type PricesOptions } from "../../../src/cli/prices.ts";
import type { PriceBookOptions } from "../../../src/cost/price-book.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const NOW_MS = Date.parse("2026-11-21T00:00:00Z");
const plain: PriceBookOptions = { region: "us-east-1", overrides: [], aliases: {}, multiplier: "1" };

function answer(options: PricesOptions, pricing: Partial<PriceBookOptions> = {}) {
  const terminal = new FakeTerminal();
  const exitCode = answerPrices({ ...plain, ...pricing }, options, NOW_MS, terminal);
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

function show(model: string, pricing: Partial<PriceBookOptions> = {}) {
  const { exitCode, stdout, stderr } = answer({ action: "show", model, json: true }, pricing);
  return { exitCode, stderr, json: JSON.parse(stdout) };
}

describe("prices show --json", () => {
  it("has exactly the documented members", () => {
    const { exitCode, stderr, json } = show("us.anthropic.claude-3-5-haiku-20241022-v1:0");
    expect(json).toEqual({
      model: "us.anthropic.claude-3-5-haiku-20241022-v1:0",
      status: "priced",
      provider: "anthropic",
      category: "llm",
      input_cost_per_million: "0.80",
      output_cost_per_million: "4.00",
      price_id: expect.stringMatching(/^[0-9a-f]{12}$/),
      source: expect.stringContaining("litellm"),
      checked: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      matched_by: "catalog_prefix",
    });
    expect([exitCode, stderr]).toEqual([0, ""]);
  });

  it("is complete for a model without a price, says so on standard error and fails", () => {
    const { exitCode, stderr, json } = show("vendor.new-model");
    expect(json).toEqual({
      model: "vendor.new-model",
      status: "unpriced",
      provider: null,
      category: null,
      input_cost_per_million: null,
      output_cost_per_million: null,
      price_id: null,
      source: null,
      checked: null,
      matched_by: null,
    });
    expect(stderr).toContain('No price is known for "vendor.new-model" in us-east-1');
    expect(exitCode).toBe(1);
  });

  it("names the regions that have a price where this one has none", () => {
    const { stderr } = show("minimax.minimax-m2.5", { region: "eu-west-3" });
    expect(stderr).toContain("in eu-west-3 (only in ap-northeast-1, ap-south-1,");
  });

  it("takes the region's price", () => {
    const { json } = show("minimax.minimax-m2.5", { region: "eu-west-2" });
    expect(json).toMatchObject({ input_cost_per_million: "0.47", output_cost_per_million: "1.86" });
  });

  it("finds the price of a price_id again, with an id that it holds for", () => {
    const { json } = show("us.anthropic.claude-haiku-4-5-20251001-v1:0");
    const again = show(json.price_id, { region: "eu-west-2" });
    expect(again.json).toEqual({ ...json, matched_by: "price_id" });
    expect(again.exitCode).toBe(0);
  });

  it("shows the configuration's price, never checked with anybody", () => {
    const overrides = [{ model: "own", input_cost_per_million: "0.5", output_cost_per_million: "1" }];
    expect(show("own", { overrides }).json).toMatchObject({
      status: "priced",
      provider: "configuration",
      input_cost_per_million: "0.5",
      checked: null,
      matched_by: "config",
    });
  });

  it("says that a multiplier is applied to the price", () => {
    const { json } = show("amazon.titan-embed-text-v2:0", { multiplier: "0.9" });
    expect(json.input_cost_per_million).toBe("0.02");
    expect(json.source).toMatch(/; times 0\.9 \(pricing\.multiplier\)$/);
  });

  it("shows a local model as free", () => {
    expect(show("ollama/llama3.1:8b").json).toMatchObject({
      model: "ollama/llama3.1:8b",
      status: "free",
      provider: "ollama",
      matched_by: "local",
    });
  });
});

describe("prices show", () => {
  it("prints a line for each member", () => {
    const { exitCode, stdout } = answer({ action: "show", model: "amazon.titan-embed-text-v2:0" });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^model {20}amazon\.titan-embed-text-v2:0\nstatus {19}priced\n/);
    expect(stdout.trimEnd().split("\n")).toHaveLength(10);
  });

  it("prints nothing but the reason for a model without a price", () => {
    const { exitCode, stdout, stderr } = answer({ action: "show", model: "vendor.new-model" });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^No price is known .*\n$/);
  });

  it("needs a model", () => {
    const { exitCode, stdout, stderr } = answer({ action: "show" });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("expected a model or a price_id");
  });
});
