/** What a model costs here: the rows that the look-up finds, with this configuration's multiplier, ready for use. */
import assert from "node:assert/strict";
import { Catalog, type CatalogRow, type ListedPrice, listPrices, priceAt } from "./catalog.ts";
import type { CostStatus } from "./cost.ts";
import { LOCAL_ROWS } from "./local-models.ts";
import { findRow, type LookUp, type Rule, type Tried, tryRules } from "./look-up.ts";
import { NO_MULTIPLIER, parseMultiplier, parseRate, type TokenRate, tokenRate } from "./money.ts";

/** A price of the configuration. Rates in US dollars per million tokens; both zero: the model is free. */
export interface PriceOverride {
  readonly model: string;
  readonly input_cost_per_million: string | number;
  readonly output_cost_per_million: string | number;
  readonly cache_read_input_cost_per_million?: string | number | undefined;
  readonly cache_write_input_cost_per_million?: string | number | undefined;
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
  /** Of input tokens from and into the provider's cache; undefined: not known. */
  readonly cacheRead: TokenRate | undefined;
  readonly cacheWrite: TokenRate | undefined;
  readonly status: Extract<CostStatus, "priced" | "free">;
}

export interface PriceMatch {
  readonly matchedBy: Rule;
  readonly row: CatalogRow;
  /** By the moment from which they hold, oldest first; never empty. */
  readonly prices: readonly Price[];
}

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
        ...cacheRates(override),
        source: "configuration: pricing.overrides",
        checked: "",
      },
    ],
  };
}

function cacheRates(override: PriceOverride) {
  const { cache_read_input_cost_per_million: read, cache_write_input_cost_per_million: write } = override;
  return {
    ...(read !== undefined && { cache_read_input_cost_per_million: String(read) }),
    ...(write !== undefined && { cache_write_input_cost_per_million: String(write) }),
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
  readonly #lookUp: LookUp;
  readonly #multiplierText: string;
  readonly #multiplier = NO_MULTIPLIER;

  /** The rates and the multiplier of `options` are valid: the configuration has seen to that. */
  constructor(options: PriceBookOptions, catalog = new Catalog()) {
    const multiplier = parseMultiplier(options.multiplier);
    assert(multiplier.ok, multiplier.ok ? "" : multiplier.problem);
    this.region = options.region;
    this.#lookUp = {
      catalog,
      region: options.region,
      overrides: new Map(options.overrides.map((override) => [override.model, overrideRow(override)])),
      aliases: new Map(Object.entries(options.aliases)),
    };
    this.#multiplier = multiplier.value;
    const { numerator, divisor } = multiplier.value;
    this.#multiplierText = numerator === divisor ? "1" : options.multiplier;
  }

  /** Finds the prices of a model; undefined if it has none. */
  find(model: string): PriceMatch | undefined {
    const found = findRow(this.#lookUp, model);
    return found && { matchedBy: found.rule, row: found.row, prices: this.#pricesOf(found.row) };
  }

  /** What the catalog alone says of a model, whatever the configuration says. */
  findListed(model: string): PriceMatch | undefined {
    const found = findRow({ ...this.#lookUp, overrides: new Map(), aliases: new Map() }, model);
    return found && { matchedBy: found.rule, row: found.row, prices: this.#pricesOf(found.row) };
  }

  /** Every rule that the look-up of a model tries, up to the one that decides. */
  explain(model: string): readonly Tried[] {
    return [...tryRules(this.#lookUp, model)];
  }

  /** The price that a record refers to; undefined if neither the configuration nor the catalog has it any more. */
  findById(priceId: string): Price | undefined {
    return this.list().find((price) => price.priceId === priceId);
  }

  /** Every price there is: the configuration's, the catalog's of all regions, the rules for local models. */
  list(): readonly Price[] {
    const { overrides, catalog } = this.#lookUp;
    const rows = [...overrides.values(), ...catalog.rows, ...LOCAL_ROWS];
    return rows.flatMap((row) => this.#pricesOf(row));
  }

  /** The regions in which the catalog has a price for exactly this id. */
  regionsOf(model: string): readonly string[] {
    return this.#lookUp.catalog.regionsOf(model);
  }

  #pricesOf(row: CatalogRow): readonly Price[] {
    return listPrices(row, this.#multiplierText).map((listed) => {
      const { price } = listed;
      const input = this.#rate(price.input_cost_per_million);
      const output = this.#rate(price.output_cost_per_million);
      const read = price.cache_read_input_cost_per_million;
      const write = price.cache_write_input_cost_per_million;
      const cacheRead = read === undefined ? undefined : this.#rate(read);
      const cacheWrite = write === undefined ? undefined : this.#rate(write);
      const isFree = [input, output, cacheRead, cacheWrite].every((rate) => !rate?.numerator);
      return {
        ...listed,
        input,
        output,
        cacheRead,
        cacheWrite,
        status: isFree ? "free" : "priced",
      };
    });
  }

  #rate(usdPerMillionTokens: string): TokenRate {
    return tokenRate(wholeRate(usdPerMillionTokens), this.#multiplier);
  }
}

/** The price of a match that holds at a moment; undefined before the first of them. */
export function priceOfMatchAt(match: PriceMatch | undefined, timestampMs: number): Price | undefined {
  return match && priceAt(match.prices, timestampMs);
}
