// Goal: `prices list` shows all prices, or those that somebody asks for, to people and to programs.
// Method: the command's core on a terminal that remembers, with the shipped catalog.
import { describe, expect, it } from "vitest";
import { answerList, type PriceFilters } from "../../../src/cli/prices-list.ts";
import { PriceBook } from "../../../src/cost/price-book.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const overrides = [{ model: "own", input_cost_per_million: "0.5", output_cost_per_million: "1" }];
const book = new PriceBook({ region: "us-east-1", overrides, aliases: {}, multiplier: "1" });

function list(filters: PriceFilters, asJson: boolean): string {
  const terminal = new FakeTerminal();
  answerList(book, filters, asJson, terminal);
  return terminal.stdout;
}

interface ListedRow {
  readonly model: string;
  readonly provider: string;
  readonly category: string;
  readonly prefixes: readonly string[];
  readonly input_cost_per_million: string;
}

function listed(filters: PriceFilters): readonly ListedRow[] {
  return JSON.parse(list(filters, true)).prices;
}

describe("without filters", () => {
  it("prints a row for each price, by model", () => {
    const stdout = list({}, false);
    const lines = stdout.trimEnd().split("\n");
    const models = lines.slice(1).map((line) => line.split(" ")[0]);
    expect(lines[0]).toMatch(
      /^model +prefixes +regions +input \$\/1M +output \$\/1M +from +checked +price_id$/,
    );
    expect(models).toEqual([...models].sort());
    expect(models).toContain("own");
    expect(stdout).toMatch(
      /amazon\.titan-embed-text-v2:0 +- +all +0\.02 +0 +\d{4}-\d{2}-\d{2} +[0-9a-f]{12}\n/,
    );
    expect(stdout).toMatch(/minimax\.minimax-m2\.5 +- +us-east-1 \+2 +0\.30 +1\.20 /);
  });

  it("gives programs the same with all regions and cache rates", () => {
    const { region, prices } = JSON.parse(list({}, true));
    expect(region).toBe("us-east-1");
    expect(prices).toContainEqual({
      model: "amazon.nova-micro-v1:0",
      status: "priced",
      provider: "amazon",
      category: "llm",
      regions: ["us-gov-west-1"],
      prefixes: [""],
      effective_from: null,
      input_cost_per_million: "0.042",
      output_cost_per_million: "0.168",
      cache_read_input_cost_per_million: "0.0105",
      cache_write_input_cost_per_million: null,
      price_id: expect.stringMatching(/^[0-9a-f]{12}$/),
      source: expect.stringContaining("litellm"),
      checked: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    });
  });
});

describe("with filters", () => {
  it("shows those of a provider and a category", () => {
    const rows = listed({ provider: "cohere", category: "embedding" });
    expect(rows.map(({ model }) => model)).toContain("cohere.embed-multilingual-v3");
    expect(new Set(rows.map(({ provider, category }) => `${provider} ${category}`))).toEqual(
      new Set(["cohere embedding"]),
    );
  });

  it("shows those that hold in a region", () => {
    const inputsIn = (region: string) =>
      listed({ region, text: "minimax-m2.5" }).map((row) => row.input_cost_per_million);
    expect(inputsIn("eu-west-2")).toEqual(["0.47"]);
    expect(inputsIn("eu-west-3")).toEqual([]);
    const titan = listed({ region: "us-gov-west-1", text: "titan-embed-text-v2" });
    expect(titan.map((row) => row.input_cost_per_million)).toEqual(["0.11"]);
  });

  it("finds a part of an id, prefix included, whatever the case", () => {
    const rows = listed({ text: "JP.Anthropic.Claude-Haiku" });
    expect(rows.length).toBeGreaterThan(0);
    for (const { prefixes } of rows) expect(prefixes).toContain("jp.");
    expect(listed({ text: "no-such-model" })).toEqual([]);
  });
});

describe("filters that nothing passes", () => {
  it.each<[PriceFilters, string]>([
    [{ text: "extra" }, '"extra" in the id'],
    [{ text: "nova", provider: "amazn" }, '"nova" in the id and --provider amazn'],
    [
      { category: "embedding", provider: "x\u001b", region: "y" },
      "--provider x\\u{1b} and --category embedding and --region y",
    ],
  ])("%j are told on standard error", (filters, words) => {
    for (const asJson of [true, false]) {
      const terminal = new FakeTerminal();
      answerList(book, filters, asJson, terminal);
      expect(terminal.stderr).toBe(`prices list: there is no price with ${words}\n`);
      expect(terminal.stdout).toMatch(asJson ? /"prices":\[\]/ : /^model +prefixes.*\n$/);
    }
  });

  it("are not told where something passes", () => {
    const terminal = new FakeTerminal();
    answerList(book, { text: "nova", provider: "amazon" }, false, terminal);
    expect(terminal.stderr).toBe("");
  });
});
