// Goal: the shipped rows are complete and have the documented prices; ids of prices are stable; dates are half-open.
// Method: checks over all rows, and small catalogs of the test's own.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Catalog, type CatalogRow, listPrices, priceAt, SHIPPED_CATALOG } from "../../../src/cost/catalog.ts";
import { parseRate } from "../../../src/cost/money.ts";

const row: CatalogRow = {
  model: "vendor.model-v1:0",
  provider: "vendor",
  category: "llm",
  regions: ["*"],
  prefixes: ["", "us."],
  prices: [
    { input_cost_per_million: "1", output_cost_per_million: "2", source: "s", checked: "2026-01-01" },
    {
      effective_from: "2026-03-01",
      input_cost_per_million: "3",
      output_cost_per_million: "4",
      source: "s",
      checked: "2026-03-01",
    },
  ],
};

describe("the shipped catalog", () => {
  it("has valid rates, a source and a date of checking on every price", () => {
    for (const { row, price } of SHIPPED_CATALOG.flatMap((row) => listPrices(row, "1"))) {
      expect(parseRate(price.input_cost_per_million), row.model).toMatchObject({ ok: true });
      expect(parseRate(price.output_cost_per_million), row.model).toMatchObject({ ok: true });
      expect(Number(price.input_cost_per_million), row.model).toBeGreaterThan(0);
      for (const cached of [
        price.cache_read_input_cost_per_million,
        price.cache_write_input_cost_per_million,
      ])
        if (cached !== undefined) expect(parseRate(cached), row.model).toMatchObject({ ok: true });
      expect(price.source, row.model).not.toBe("");
      expect(price.checked, row.model).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it("never has two rows for the same id and region", () => {
    const keys = SHIPPED_CATALOG.flatMap(({ model, prefixes, regions }) =>
      prefixes.flatMap((prefix) => regions.map((region) => `${prefix}${model} ${region}`)),
    );
    expect(keys).toEqual([...new Set(keys)]);
  });

  it("never has one of a row's regions or prefixes twice, and says `*` or the regions of open partitions", () => {
    for (const { model, prefixes, regions } of SHIPPED_CATALOG) {
      expect(new Set(prefixes).size, model).toBe(prefixes.length);
      expect([...new Set(regions)].sort(), model).toEqual(regions);
      const open = regions.filter((region) => !/^(?:\*|us-gov-.*)$/.test(region));
      if (regions.includes("*")) expect(open, model).toEqual([]);
    }
  });

  it("has the prices of a row in the order of their dates, of which only the first may be open", () => {
    for (const { model, prices } of SHIPPED_CATALOG) {
      const dates = prices.map((price) => price.effective_from ?? "");
      expect([...new Set(dates)].sort(), model).toEqual(dates);
    }
  });

  it("is sorted by model", () => {
    const models = SHIPPED_CATALOG.map(({ model }) => model);
    expect(models).toEqual(models.toSorted());
  });

  it("has models of Bedrock, of other vendors, and embeddings of both", () => {
    const providers = new Set(SHIPPED_CATALOG.map(({ provider }) => provider));
    for (const provider of [
      "amazon",
      "anthropic",
      "cohere",
      "deepseek",
      "google",
      "meta",
      "mistral",
      "openai",
    ])
      expect(providers).toContain(provider);
    const embeddings = SHIPPED_CATALOG.filter(({ category }) => category === "embedding");
    expect(embeddings.length).toBeGreaterThan(20);
  });

  it("still has every price_id that was ever shipped: records refer to them", () => {
    const ids = new Set(SHIPPED_CATALOG.flatMap((row) => listPrices(row, "1")).map(({ priceId }) => priceId));
    const shipped = readFileSync("test/fixtures/prices/price-ids.txt", "utf8").trimEnd().split("\n");
    const lost = shipped.filter((line) => !ids.has(line.slice(0, 12)));
    expect(lost).toEqual([]);
  });

  it("charges nothing for the output of embeddings", () => {
    const outputs = SHIPPED_CATALOG.filter(({ category }) => category === "embedding").flatMap(({ prices }) =>
      prices.map((price) => price.output_cost_per_million),
    );
    expect(new Set(outputs)).toEqual(new Set(["0"]));
  });
});

describe("a price's id", () => {
  const idOf = (changed: Partial<CatalogRow>, multiplier = "1") =>
    listPrices({ ...row, ...changed }, multiplier)[0]?.priceId;

  it("is twelve hex digits, the same for the same price", () => {
    expect(idOf({})).toMatch(/^[0-9a-f]{12}$/);
    expect(idOf({})).toBe(idOf({}));
  });

  it("differs with everything that the sum depends on", () => {
    const [price] = row.prices as [CatalogRow["prices"][0]];
    const ids = [
      idOf({}),
      idOf({ model: "other" }),
      idOf({ regions: ["us-east-1"] }),
      idOf({ prefixes: [""] }),
      idOf({ prices: [{ ...price, input_cost_per_million: "1.1" }] }),
      idOf({ prices: [{ ...price, output_cost_per_million: "2.1" }] }),
      idOf({ prices: [{ ...price, effective_from: "2026-01-01" }] }),
      idOf({}, "0.9"),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("stays when the price was only checked again", () => {
    const [price] = row.prices as [CatalogRow["prices"][0]];
    expect(idOf({ prices: [{ ...price, source: "t", checked: "2027-01-01" }] })).toBe(idOf({}));
  });
});

describe("dates", () => {
  it.each([
    ["2020-01-01T00:00:00Z", "1"],
    ["2026-02-28T23:59:59.999Z", "1"],
    ["2026-03-01T00:00:00Z", "3"],
    ["2026-03-01T07:59:59+08:00", "1"],
    ["2030-01-01T00:00:00Z", "3"],
  ])("at %s the input price is %s", (timestamp, input) => {
    const listed = priceAt(listPrices(row, "1"), Date.parse(timestamp));
    expect(listed?.price.input_cost_per_million).toBe(input);
  });

  it("there is no price before the first one's start", () => {
    const dated = { ...row, prices: row.prices.slice(1) };
    expect(priceAt(listPrices(dated, "1"), Date.parse("2026-02-28T23:59:59Z"))).toBeUndefined();
  });
});

describe("look-up", () => {
  const here: CatalogRow = { ...row, regions: ["eu-west-2"], prefixes: [""] };
  const catalog = new Catalog([row, here]);

  it("finds a bare id, and one behind a listed prefix", () => {
    expect(catalog.find("vendor.model-v1:0", "us-east-1")).toEqual({ row, isBareId: true });
    expect(catalog.find("us.vendor.model-v1:0", "us-east-1")).toEqual({ row, isBareId: false });
  });

  it("takes a row that names the region before one for all regions", () => {
    expect(catalog.find("vendor.model-v1:0", "eu-west-2")).toEqual({ row: here, isBareId: true });
  });

  it.each(["us-gov-west-1", "cn-north-1", "us-iso-east-1"])(
    "does not extend prices for all regions to %s",
    (region) => {
      expect(catalog.find("vendor.model-v1:0", region)).toBeUndefined();
    },
  );

  it.each([
    "eu.vendor.model-v1:0",
    "vendor.model-v1",
    "vendor.model-v1:0:48k",
    "xvendor.model-v1:0",
    "us.us.vendor.model-v1:0",
    "VENDOR.model-v1:0",
    "",
    "constructor",
    "__proto__",
  ])("does not find %o", (id) => {
    expect(catalog.find(id, "us-east-1")).toBeUndefined();
  });

  it("tells in which regions an id has a price", () => {
    expect(new Catalog([here]).regionsOf("vendor.model-v1:0")).toEqual(["eu-west-2"]);
    expect(catalog.regionsOf("nothing")).toEqual([]);
  });
});
