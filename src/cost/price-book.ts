/**
 * What a model costs here: the configuration's prices and the catalog's, in one fixed order.
 *
 * 1. the configuration's price of exactly this id; 2. the model that the configuration says this id stands for;
 * 3. the catalog, exact id and region; 4. the catalog, after the head of an ARN or a prefix that the row lists;
 * 5. local models, which are free by rule. Else there is no price, and the cost is unknown rather than zero.
 */
import assert from "node:assert/strict";
import { Catalog, type CatalogRow, type ListedPrice, listPrices, priceAt } from "./catalog.ts";
import type { CostStatus } from "./cost.ts";
import { NO_MULTIPLIER, parseMultiplier, parseRate, type TokenRate, tokenRate } from "./money.ts";

/** Which step of the look-up found the price. */
export type MatchedBy =
  | "config"
  | "alias"
  | "catalog"
  | "catalog_prefix"
  | "catalog_arn"
  | "local"
  | "price_id";

/** A price of the configuration. Rates in US dollars per million tokens; both zero: the model is free. */
export interface PriceOverride {
  readonly model: string;
  readonly input_cost_per_million: string | number;
  readonly output_cost_per_million: string | number;
  readonly category?: string | undefined;
}

/** What the configuration says about prices. */
export interface PriceBookOptions {
  /** The AWS region whose prices hold where an id does not name its own. */
  readonly region: string;
  readonly overrides: readonly PriceOverride[];
  /** Other names of models, such as the ARN of an application inference profile, and what they stand for. */
  readonly aliases: Readonly<Record<string, string>>;
  /** A factor on every price, as decimal text: `"1"`. */
  readonly multiplier: string;
}

/** A price ready for use. */
export interface Price extends ListedPrice {
  readonly input: TokenRate;
  readonly output: TokenRate;
  readonly status: Extract<CostStatus, "priced" | "free">;
}

export interface PriceMatch {
  readonly matchedBy: MatchedBy;
  readonly row: CatalogRow;
  /** By the moment from which they hold, oldest first; never empty. */
  readonly prices: readonly Price[];
}

const LOCAL_PREFIX = "ollama/";

/** Local models cost nothing by the token. An id says that it is one by how it starts. */
const LOCAL_ROW: CatalogRow = {
  model: "*",
  provider: "ollama",
  category: "llm",
  regions: ["*"],
  prefixes: [LOCAL_PREFIX],
  prices: [
    {
      input_cost_per_million: "0",
      output_cost_per_million: "0",
      source: "rule: models run locally are free",
      checked: "",
    },
  ],
};

/** The head of a Bedrock ARN, its region, and the id after it. Application profiles have ids that say nothing. */
const BEDROCK_ARN = /^arn:aws[a-z-]*:bedrock:([a-z0-9-]*):\d*:(?:foundation-model|inference-profile)\/(.+)$/;

function overrideRow(override: PriceOverride): CatalogRow {
  return {
    model: override.model,
    provider: "configuration",
    category: override.category ?? "llm",
    regions: ["*"],
    prefixes: [""],
    prices: [
      {
        input_cost_per_million: String(override.input_cost_per_million),
        output_cost_per_million: String(override.output_cost_per_million),
        source: "configuration: pricing.overrides",
        checked: "",
      },
    ],
  };
}

function wholeRate(text: string): number {
  const rate = parseRate(text);
  assert(rate.ok, rate.ok ? "" : rate.problem);
  return rate.value;
}

/** The look-up of prices. Make a new one when the configuration changes. */
export class PriceBook {
  readonly region: string;
  readonly #catalog: Catalog;
  readonly #overrides: ReadonlyMap<string, CatalogRow>;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #multiplierText: string;
  readonly #multiplier = NO_MULTIPLIER;

  /** The rates and the multiplier of `options` are valid: the configuration has seen to that. */
  constructor(options: PriceBookOptions, catalog = new Catalog()) {
    const multiplier = parseMultiplier(options.multiplier);
    assert(multiplier.ok, multiplier.ok ? "" : multiplier.problem);
    this.region = options.region;
    this.#catalog = catalog;
    this.#overrides = new Map(options.overrides.map((override) => [override.model, overrideRow(override)]));
    this.#aliases = new Map(Object.entries(options.aliases));
    this.#multiplier = multiplier.value;
    const { numerator, divisor } = multiplier.value;
    this.#multiplierText = numerator === divisor ? "1" : options.multiplier;
  }

  /** Finds the prices of a model; undefined if it has none. An alias decides: what it names is looked up, not the id. */
  find(model: string): PriceMatch | undefined {
    const override = this.#overrides.get(model);
    if (override !== undefined) return this.#match("config", override);
    const meant = this.#aliases.get(model);
    if (meant === undefined) return this.#findListed(model);
    const row = this.#overrides.get(meant) ?? this.#findListed(meant)?.row;
    return row && this.#match("alias", row);
  }

  #findListed(model: string): PriceMatch | undefined {
    const direct = this.#catalog.find(model, this.region);
    if (direct !== undefined) return this.#match(direct.isBareId ? "catalog" : "catalog_prefix", direct.row);
    const [, region, id = ""] = BEDROCK_ARN.exec(model) ?? [];
    const ofArn = this.#catalog.find(id, region || this.region);
    if (ofArn !== undefined) return this.#match("catalog_arn", ofArn.row);
    return model.startsWith(LOCAL_PREFIX) && model !== LOCAL_PREFIX
      ? this.#match("local", LOCAL_ROW)
      : undefined;
  }

  /** The price that a record refers to; undefined if neither the configuration nor the catalog has it any more. */
  findById(priceId: string): Price | undefined {
    return this.list().find((price) => price.priceId === priceId);
  }

  /** Every price there is: the configuration's, the catalog's of all regions, the rule for local models. */
  list(): readonly Price[] {
    const rows = [...this.#overrides.values(), ...this.#catalog.rows, LOCAL_ROW];
    return rows.flatMap((row) => this.#pricesOf(row));
  }

  /** The regions in which the catalog has a price for exactly this id. */
  regionsOf(model: string): readonly string[] {
    return this.#catalog.regionsOf(model);
  }

  #match(matchedBy: MatchedBy, row: CatalogRow): PriceMatch {
    return { matchedBy, row, prices: this.#pricesOf(row) };
  }

  #pricesOf(row: CatalogRow): readonly Price[] {
    return listPrices(row, this.#multiplierText).map((listed) => {
      const input = tokenRate(wholeRate(listed.price.input_cost_per_million), this.#multiplier);
      const output = tokenRate(wholeRate(listed.price.output_cost_per_million), this.#multiplier);
      const isFree = input.numerator === 0n && output.numerator === 0n;
      return { ...listed, input, output, status: isFree ? "free" : "priced" };
    });
  }
}

/** The price of a match that holds at a moment; undefined before the first of them. */
export function priceOfMatchAt(match: PriceMatch | undefined, timestampMs: number): Price | undefined {
  return match && priceAt(match.prices, timestampMs);
}
