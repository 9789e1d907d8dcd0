// Goal: what makes costs unknown or wrong is found; what is merely worth knowing is said and passes. Method: tables.
import { describe, expect, it } from "vitest";
import { Catalog, type CatalogRow, SHIPPED_CATALOG } from "../../../src/cost/catalog.ts";
import { chooseModels, type EarlierModels } from "../../../src/cost/models.ts";
import { PriceBook, type PriceBookOptions } from "../../../src/cost/price-book.ts";
import { checkPrices, type SeenModel } from "../../../src/cost/price-check.ts";

const HAIKU = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
const ARN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1";
const rates = { source: "test", checked: "2026-01-01" };
const REPRICED: CatalogRow = {
  model: "vendor.repriced",
  provider: "vendor",
  category: "llm",
  regions: ["*"],
  prefixes: [""],
  prices: [
    { input_cost_per_million: "1", output_cost_per_million: "2", ...rates },
    { effective_from: "2026-06-01", input_cost_per_million: "3", output_cost_per_million: "4", ...rates },
  ],
};
const catalog = new Catalog([...SHIPPED_CATALOG, REPRICED]);

interface Given {
  readonly overrides?: PriceBookOptions["overrides"];
  readonly aliases?: PriceBookOptions["aliases"];
  readonly earlier?: readonly EarlierModels[];
  readonly llm?: string;
  readonly seen?: readonly SeenModel[];
}

function findingsOf({ overrides = [], aliases = {}, earlier = [], llm = HAIKU, seen = [] }: Given) {
  const pricing = { region: "us-east-1", overrides, aliases, multiplier: "1" };
  const book = new PriceBook(pricing, catalog);
  const models = chooseModels({ llm, earlier }, {});
  const nowMs = Date.parse("2026-11-21T00:00:00Z");
  return checkPrices({ book, pricing, models, seen, nowMs });
}

/** The finding of a key: whether it is well, and what is said. */
function findingOf(name: string, given: Given) {
  const finding = findingsOf(given).find((one) => one.name === name);
  return finding && [finding.ok, finding.message];
}

const override = (model: string, input: string, output: string) => ({
  model,
  input_cost_per_million: input,
  output_cost_per_million: output,
});
const SOME_RECORDS = [{ model: HAIKU, records: 9, unpricedRecords: 0 }];

describe("a configured model", () => {
  it("is well with a price, and says which", () => {
    expect(findingOf("models.llm", {})).toEqual([
      true,
      `${HAIKU} costs $0.80 / $4.00 per million tokens by catalog_prefix`,
    ]);
  });

  it("is not well without one, now or before", () => {
    expect(findingOf("models.llm", { llm: "minimax.minimax-m3" })).toEqual([
      false,
      expect.stringMatching(
        /^minimax\.minimax-m3 has no price in us-east-1 \(the catalog does not have this id\): set /,
      ),
    ]);
    const earlier = [{ until: "2026-03-01", llm: "gone" }];
    expect(findingOf("models.earlier (2026-03-01)", { earlier })).toEqual([
      false,
      expect.stringContaining("gone has no price"),
    ]);
  });
});

describe("an override", () => {
  it.each([
    [true, "it says the same as the catalog", "3", "4.0"],
    [true, "goes before the catalog's $3 / $4 per million tokens", "2.5", "4"],
    [false, "which holds since 2026-06-01: the price of before is out of date", "1.00", "2"],
  ])("of a model of the catalog: well %s, %s", (ok, message, input, output) => {
    const overrides = [override("vendor.repriced", input, output)];
    expect(findingOf("pricing.overrides.vendor.repriced", { overrides })).toEqual([
      ok,
      expect.stringContaining(message),
    ]);
  });

  it("of another model is well if somebody uses it, and as long as there are no records", () => {
    const overrides = [override("own-model", "1", "2")];
    const name = "pricing.overrides.own-model";
    expect(findingOf(name, { overrides })).toEqual([true, "no records yet that could name it"]);
    expect(findingOf(name, { overrides, llm: "own-model", seen: SOME_RECORDS })?.[0]).toBe(true);
    expect(findingOf(name, { overrides, aliases: { [ARN]: "own-model" }, seen: SOME_RECORDS })?.[0]).toBe(
      true,
    );
    const slip = [{ model: "own_model", records: 1, unpricedRecords: 1 }];
    expect(findingOf(name, { overrides, seen: slip })).toEqual([
      false,
      "it matches nothing: no record, no configured model and no alias names this id; did you mean own_model?",
    ]);
  });
});

describe("an alias", () => {
  const name = `pricing.aliases.${ARN}`;

  it("is well if it leads to a price and is used", () => {
    const seen = [{ model: ARN, records: 1, unpricedRecords: 0 }];
    expect(findingOf(name, { aliases: { [ARN]: HAIKU }, seen })?.[0]).toBe(true);
    expect(findingOf(name, { aliases: { [ARN]: HAIKU }, seen: SOME_RECORDS })?.[0]).toBe(false);
  });

  it("is not well if it leads nowhere, or if an override takes its id", () => {
    expect(findingOf(name, { aliases: { [ARN]: "nowhere" } })).toEqual([
      false,
      "it stands for nowhere, which has no price; an alias is followed once",
    ]);
    const overrides = [override(ARN, "1", "2")];
    expect(findingOf(name, { aliases: { [ARN]: HAIKU }, overrides })).toEqual([
      false,
      expect.stringContaining("no effect"),
    ]);
  });

  it("may stand before an id of the catalog", () => {
    expect(findingOf("pricing.aliases.gpt-4o", { aliases: { "gpt-4o": HAIKU } })).toEqual([
      true,
      expect.stringContaining("goes before the catalog's own price"),
    ]);
  });
});

describe("a model of records", () => {
  it("is not well without a price", () => {
    expect(findingOf("records of new", { seen: [{ model: "new", records: 4, unpricedRecords: 4 }] })).toEqual(
      [false, expect.stringMatching(/^4 records: new has no price/)],
    );
  });

  it("is told where records were stored without a cost, though it has a price now", () => {
    expect(
      findingOf(`records of ${HAIKU}`, { seen: [{ model: HAIKU, records: 4, unpricedRecords: 1 }] }),
    ).toEqual([true, "1 of 4 have no cost: they came before there was a price, or lack token counts"]);
    expect(findingOf(`records of ${HAIKU}`, { seen: SOME_RECORDS })).toBeUndefined();
  });
});
