/**
 * Goal: the shipped catalog is what its script makes of its source, and a refresh never takes back what records refer to.
 * Method: the script itself on copies: with the recorded extract of litellm's map, and with small maps of the test's own.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Catalog, type CatalogRow, listPrices, SHIPPED_CATALOG } from "../../../src/cost/catalog.ts";

const EXTRACT = "test/fixtures/prices/litellm-extract.json";
/** The day of the last refresh. */
const RECORDED_DAY = SHIPPED_CATALOG.flatMap(({ prices }) => prices.map(({ checked }) => checked))
  .sort()
  .at(-1);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "catalog-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script on a catalog; gives the file that it leaves. */
function refresh(catalog: string, map: string, day = "", more: readonly string[] = []): string {
  const path = join(folder, "catalog.json");
  writeFileSync(path, catalog);
  const words = ["scripts/prices/refresh.mjs", "--catalog", path, "--day", day, ...more, map];
  execFileSync(process.execPath, words, { stdio: "pipe" });
  return readFileSync(path, "utf8");
}

describe("with the recorded extract", () => {
  it("the shipped catalog stays as it is, to the byte", () => {
    const shipped = readFileSync("src/cost/catalog.json", "utf8");
    expect(refresh(shipped, EXTRACT, RECORDED_DAY)).toBe(shipped);
  });

  it("a catalog made from nothing says the same of every id and region that it knows", () => {
    const made = JSON.parse(refresh("[]", EXTRACT, RECORDED_DAY)) as CatalogRow[];
    const shipped = new Catalog(SHIPPED_CATALOG);
    expect(made.length).toBeGreaterThan(500);
    for (const { model, prefixes, regions, prices } of made) {
      for (const prefix of prefixes) {
        for (const region of regions) {
          const found = shipped.find(prefix + model, region === "*" ? "ca-central-1" : region);
          expect(found?.row.prices.at(-1), `${prefix}${model} ${region}`).toEqual(prices.at(-1));
        }
      }
    }
  });
});

interface MapEntry {
  readonly input_cost_per_token: number;
  readonly output_cost_per_token: number;
  readonly cache_read_input_token_cost?: number;
}

/** Refreshes a catalog with a map of chat models of Bedrock. */
function refreshWith(rows: readonly CatalogRow[], entries: Readonly<Record<string, MapEntry>>, day: string) {
  const map = Object.fromEntries(
    Object.entries(entries).map(([id, entry]) => [
      id,
      { litellm_provider: "bedrock", mode: "chat", ...entry },
    ]),
  );
  const mapFile = join(folder, "map.json");
  writeFileSync(mapFile, JSON.stringify({ version: "1.2.3", map }));
  const exceptions = join(folder, "exceptions.json");
  writeFileSync(exceptions, JSON.stringify({ skip: [], same_model: [], add: [] }));
  const refreshed = refresh(JSON.stringify(rows), mapFile, day, ["--exceptions", exceptions]);
  return JSON.parse(refreshed) as CatalogRow[];
}

const entry = (input: number, output: number): MapEntry => ({
  input_cost_per_token: input / 1e6,
  output_cost_per_token: output / 1e6,
});
const idsOf = (rows: readonly CatalogRow[]) =>
  rows.flatMap((row) => listPrices(row, "1")).map(({ priceId }) => priceId);
const pricesOf = (row: CatalogRow | undefined) =>
  row?.prices.map(({ effective_from: from, input_cost_per_million: input }) => [from, input]);

describe("a refresh", () => {
  const BOTH = { "ai21.m-v1": entry(1, 2), "us.ai21.m-v1": entry(1, 2) };

  it("makes one row of all prefixes that cost the same, with exact decimals and provenance", () => {
    expect(refreshWith([], { ...BOTH, "ai21.n-v1": entry(0.8, 0.0375) }, "2026-01-01")).toEqual([
      {
        model: "ai21.m-v1",
        provider: "ai21",
        category: "llm",
        regions: ["*"],
        prefixes: ["", "us."],
        prices: [
          {
            input_cost_per_million: "1.00",
            output_cost_per_million: "2.00",
            source: "litellm 1.2.3 model_prices_and_context_window",
            checked: "2026-01-01",
          },
        ],
      },
      expect.objectContaining({
        prices: [
          expect.objectContaining({ input_cost_per_million: "0.80", output_cost_per_million: "0.0375" }),
        ],
      }),
    ]);
  });

  it("confirms a price with its new day, and learns cache rates, under the same price_id", () => {
    const before = refreshWith([], BOTH, "2026-01-01");
    const cached = { ...entry(1, 2), cache_read_input_token_cost: 1e-7 };
    const [row] = refreshWith(before, { "ai21.m-v1": cached, "us.ai21.m-v1": cached }, "2026-02-01");
    expect(row?.prices).toMatchObject([{ cache_read_input_cost_per_million: "0.10", checked: "2026-02-01" }]);
    expect(idsOf(row ? [row] : [])).toEqual(idsOf(before));
  });

  it("adds a price from its day on where a price has changed", () => {
    const before = refreshWith([], BOTH, "2026-01-01");
    const changed = { "ai21.m-v1": entry(3, 4), "us.ai21.m-v1": entry(3, 4) };
    const after = refreshWith(before, changed, "2026-02-01");
    expect(after).toHaveLength(1);
    expect(pricesOf(after[0])).toEqual([
      [undefined, "1.00"],
      ["2026-02-01", "3.00"],
    ]);
    expect(idsOf(after)).toEqual(expect.arrayContaining(idsOf(before)));
  });

  it("adds a row for a prefix that is new, beside the row that there was", () => {
    const before = refreshWith([], BOTH, "2026-01-01");
    const after = refreshWith(before, { ...BOTH, "eu.ai21.m-v1": entry(1, 2) }, "2026-02-01");
    expect(after.map(({ prefixes }) => prefixes)).toEqual([["", "us."], ["eu."]]);
    expect(idsOf(after)).toEqual(expect.arrayContaining(idsOf(before)));
  });

  it("gives a region that goes its own way a row with the price of before", () => {
    const before = refreshWith([], { "ai21.m-v1": entry(1, 2) }, "2026-01-01");
    const own = { "ai21.m-v1": entry(1, 2), "bedrock/eu-west-2/ai21.m-v1": entry(5, 6) };
    const after = refreshWith(before, own, "2026-02-01");
    expect(pricesOf(after.find(({ regions }) => regions.includes("eu-west-2")))).toEqual([
      [undefined, "1.00"],
      ["2026-02-01", "5.00"],
    ]);
    expect(pricesOf(new Catalog(after).find("ai21.m-v1", "us-east-1")?.row)).toEqual([[undefined, "1.00"]]);
  });

  it("keeps what the map does not have any more", () => {
    const before = refreshWith([], BOTH, "2026-01-01");
    expect(refreshWith(before, {}, "2026-02-01")).toEqual(before);
  });

  it("stops where ids of one row would get different prices", () => {
    const before = refreshWith([], BOTH, "2026-01-01");
    const split = { ...BOTH, "us.ai21.m-v1": entry(3, 4) };
    expect(() => refreshWith(before, split, "2026-02-01")).toThrow("split the row by hand");
  });

  it("takes the price under a bare id for the US regions only, where the vendor's prices differ by region", () => {
    const regional = { "qwen.q-v1": entry(1, 2), "bedrock/eu-west-2/qwen.q-v1": entry(5, 6) };
    expect(refreshWith([], regional, "2026-01-01").map(({ regions }) => regions)).toEqual([
      ["eu-west-2"],
      ["us-east-1", "us-east-2", "us-west-2"],
    ]);
  });

  it("leaves out what has no price for tokens, is reserved capacity, or is an id of litellm's own", () => {
    const others = {
      "ai21.free-v1": entry(0, 0),
      "bedrock/us-east-1/1-month-commitment/ai21.m-v1": entry(1, 2),
      "bedrock/invoke/ai21.m-v1": entry(1, 2),
      "ai21.m@20260101": entry(1, 2),
      "no-vendor": entry(1, 2),
    };
    expect(refreshWith([], others, "2026-01-01")).toEqual([]);
  });

  it("stops at a profile of Bedrock that it does not know", () => {
    expect(() => refreshWith([], { "mx.ai21.m-v1": entry(1, 2) }, "2026-01-01")).toThrow("PROFILES");
  });
});
