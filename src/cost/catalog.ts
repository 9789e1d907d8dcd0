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
  /** Of input tokens that the provider took from its cache, or put there; absent: it has no cache, or no price for it is known. */
  readonly cache_read_input_cost_per_million?: string;
  readonly cache_write_input_cost_per_million?: string;
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

/** The catalog that comes with the program. What TypeScript makes of so long a JSON text has no use for it. */
export const SHIPPED_CATALOG = shippedRows as readonly CatalogRow[];

/**
 * The id of a price: a hash of what determines the sum of input and output tokens. A price that was only checked
 * again, or whose cache rates became known, keeps its id, so that years of records go on referring to one price.
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

/** Whether a row's prices hold in a region: it names it, or is for all of them and the region's partition is open. */
export function holdsIn({ regions }: CatalogRow, region: string): boolean {
  return regions.includes(region) || (regions.includes("*") && !CLOSED_PARTITION.test(region));
}

/** Looks up rows by exact id and region. */
export class Catalog {
  readonly rows: readonly CatalogRow[];
  #byId: ReadonlyMap<string, readonly CatalogMatch[]> | undefined;

  constructor(rows: readonly CatalogRow[] = SHIPPED_CATALOG) {
    this.rows = rows;
  }

  /** The row for an id in a region; one that names the region goes before one that is for all of them. */
  find(id: string, region: string): CatalogMatch | undefined {
    const matches = this.#matchesOf(id);
    const named = matches.find(({ row }) => row.regions.includes(region));
    return named ?? matches.find(({ row }) => holdsIn(row, region));
  }

  /** The regions in which an id has a price, for the message that it has none here. */
  regionsOf(id: string): readonly string[] {
    return this.#matchesOf(id).flatMap(({ row }) => row.regions);
  }

  /** The index is made at the first look-up: most commands need none. */
  #matchesOf(id: string): readonly CatalogMatch[] {
    this.#byId ??= indexById(this.rows);
    return this.#byId.get(id) ?? [];
  }
}

function indexById(rows: readonly CatalogRow[]): ReadonlyMap<string, readonly CatalogMatch[]> {
  const byId = new Map<string, CatalogMatch[]>();
  for (const row of rows) {
    for (const prefix of row.prefixes) {
      const match = { row, isBareId: prefix === "" };
      const matches = byId.get(prefix + row.model);
      if (matches === undefined) byId.set(prefix + row.model, [match]);
      else matches.push(match);
    }
  }
  return byId;
}
