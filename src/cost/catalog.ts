/**
 * The price catalog: list prices of models, by exact model id, region and day.
 *
 * A row holds for its model's id behind each of the prefixes it lists, in the regions it lists. Nothing is
 * ever found by a part of its name: look-ups by substring are how other tools price Titan v2 five to ten
 * times too high.
 */
import { createHash } from "node:crypto";
import shippedRows from "./catalog.json" with { type: "json" };

export interface CatalogPrice {
  /** `YYYY-MM-DD`, from 00:00 UTC, until the next price of the row; absent: since always. */
  readonly effective_from?: string;
  /** US dollars per million tokens, as decimal text. */
  readonly input_cost_per_million: string;
  readonly output_cost_per_million: string;
  /** Where the figures are from. */
  readonly source: string;
  /** `YYYY-MM-DD` of the day on which they were last compared with the source; empty: never. */
  readonly checked: string;
}

export interface CatalogRow {
  readonly model: string;
  readonly provider: string;
  readonly category: string;
  /** AWS regions; `*` is every region but those of closed partitions (GovCloud, China), which have own prices. */
  readonly regions: readonly string[];
  /** What may stand before `model` in an id, `us.` for example; `""` is the bare id. */
  readonly prefixes: readonly string[];
  /** By `effective_from`, oldest first. */
  readonly prices: readonly CatalogPrice[];
}

/** One price of one row, with the id under which records refer to it. */
export interface ListedPrice {
  readonly row: CatalogRow;
  readonly price: CatalogPrice;
  /** The moment from which it holds, in Unix milliseconds; -Infinity: since always. */
  readonly fromMs: number;
  /** 12 hex digits. */
  readonly priceId: string;
}

export interface CatalogMatch {
  readonly row: CatalogRow;
  /** True if the id is the row's model itself, false if one of the row's prefixes was before it. */
  readonly isBareId: boolean;
}

/** The catalog that comes with the program. */
export const SHIPPED_CATALOG: readonly CatalogRow[] = shippedRows;

/**
 * The id of a price: a hash of what determines the sum. A price that was only checked again keeps its id, so
 * that years of records go on referring to one price.
 */
function priceIdOf(row: CatalogRow, price: CatalogPrice, multiplier: string): string {
  const content = [
    row.model,
    row.provider,
    row.category,
    row.regions,
    row.prefixes,
    price.effective_from ?? "",
    price.input_cost_per_million,
    price.output_cost_per_million,
    multiplier,
  ];
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12);
}

/** The prices of a row with their ids. `multiplier` is a part of the id: it is a part of the sum. */
export function listPrices(row: CatalogRow, multiplier: string): readonly ListedPrice[] {
  return row.prices.map((price) => ({
    row,
    price,
    fromMs: price.effective_from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(price.effective_from),
    priceId: priceIdOf(row, price, multiplier),
  }));
}

/** The price that holds at a moment: from its own start, included, until the next one's, excluded. */
export function priceAt<Dated extends { readonly fromMs: number }>(
  prices: readonly Dated[],
  timestampMs: number,
): Dated | undefined {
  return prices.findLast((price) => price.fromMs <= timestampMs);
}

const CLOSED_PARTITION = /^(?:us-gov|us-iso[a-z]*|cn|eusc)-/;

/** Looks up rows by exact id and region. */
export class Catalog {
  readonly rows: readonly CatalogRow[];
  readonly #byId = new Map<string, CatalogMatch[]>();

  constructor(rows: readonly CatalogRow[] = SHIPPED_CATALOG) {
    this.rows = rows;
    for (const row of rows) {
      for (const prefix of row.prefixes) this.#add(prefix + row.model, { row, isBareId: prefix === "" });
    }
  }

  #add(id: string, match: CatalogMatch): void {
    const matches = this.#byId.get(id);
    if (matches === undefined) this.#byId.set(id, [match]);
    else matches.push(match);
  }

  /** The row for an id in a region; one that names the region goes before one that is for all of them. */
  find(id: string, region: string): CatalogMatch | undefined {
    const matches = this.#byId.get(id) ?? [];
    const named = matches.find(({ row }) => row.regions.includes(region));
    if (named !== undefined || CLOSED_PARTITION.test(region)) return named;
    return matches.find(({ row }) => row.regions.includes("*"));
  }

  /** The regions in which an id has a price, for the message that it has none here. */
  regionsOf(id: string): readonly string[] {
    return (this.#byId.get(id) ?? []).flatMap(({ row }) => row.regions);
  }
}
