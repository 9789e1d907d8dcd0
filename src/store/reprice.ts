/**
 * Computes the costs of the buckets again, with the models and prices of now.
 *
 * Each bucket becomes what it would be if its records came in today, exactly, or stays as it is. Nothing is guessed:
 * where a bucket's sums do not say enough, it is left alone, with the reason.
 */
import assert from "node:assert/strict";
import type { Cost } from "../cost/cost.ts";
import type { TokenRates } from "../cost/money.ts";
import type { Pricing } from "../cost/pricing.ts";
import type { Database, SqlRow } from "../system/sqlite.ts";
import { BUCKET_DIMENSION_COLUMNS, BUCKET_MS, type BucketDimensions } from "./bucket.ts";
import { KnownPrices } from "./known-prices.ts";
import { HOUR } from "./pages.ts";
import { type BucketCost, type BucketTokens, repricedCost } from "./reprice-cost.ts";

/** Buckets that start at or after the first moment and before the second, in Unix milliseconds. */
export interface RepriceSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What costs are computed with now. */
export interface PresentPrices {
  readonly pricing: Pricing;
  /** The rates of price ids that the store itself may not have remembered. */
  readonly rates: ReadonlyMap<string, TokenRates>;
}

/**
 * Why a bucket stays as it is:
 * - `price_gone`: nothing knows any more what its price was;
 * - `not_computable`: its cost is not just its tokens times its price, as with cached tokens;
 * - `undecided`: it may hold records of two models, or of two kinds.
 */
export type LeftAloneReason = "price_gone" | "not_computable" | "undecided";

export interface BucketKey {
  readonly id: bigint;
  readonly dimensions: BucketDimensions;
}

/** A bucket of usage, as it is. */
export interface PricedBucket {
  readonly key: BucketKey;
  readonly startMs: number;
  readonly tokens: BucketTokens;
  readonly cost: BucketCost;
}

/** Where a bucket belongs, and what it costs, with the prices of now. */
export interface Repriced {
  readonly dimensions: BucketDimensions;
  /** Of the price in the dimensions. */
  readonly rates: TokenRates | undefined;
  readonly cost: BucketCost;
}

export type BucketFate =
  | { readonly fate: "unchanged" }
  | { readonly fate: "repriced"; readonly to: Repriced }
  | { readonly fate: "left_alone"; readonly reason: LeftAloneReason };

export type RepricedBucket = PricedBucket & BucketFate;

type UsageKind = Parameters<Pricing["costOf"]>[1];

const CATEGORY = BUCKET_DIMENSION_COLUMNS.indexOf("category");
const URL_TEMPLATE = BUCKET_DIMENSION_COLUMNS.indexOf("url_template");
const AGENT = BUCKET_DIMENSION_COLUMNS.indexOf("agent_id");
const MODEL = BUCKET_DIMENSION_COLUMNS.indexOf("model");
const MODEL_SOURCE = BUCKET_DIMENSION_COLUMNS.indexOf("model_source");
const PRICE_ID = BUCKET_DIMENSION_COLUMNS.indexOf("price_id");

const BUCKETS = `
  SELECT b.*, r.input_tokens AS repeated_input_tokens, r.output_tokens AS repeated_output_tokens
  FROM usage_bucket b LEFT JOIN usage_repeated r ON r.key_id = b.key_id AND r.start_ms = b.start_ms
  WHERE b.start_ms >= ? AND b.start_ms < ? AND b.usage_records > 0`;
const HOURS = `
  SELECT start_ms FROM usage_page WHERE span_ms = ${HOUR.ms} AND start_ms > ? AND start_ms < ? ORDER BY start_ms`;

function integer(row: SqlRow, column: string): bigint {
  const value = row[column] ?? 0n;
  assert(typeof value === "bigint", `the column ${column} holds no integer`);
  return value;
}

/** The kinds of usage records that a bucket may hold: of the category `system` it can be either. */
function kindsIn(row: SqlRow, { dimensions }: BucketKey): readonly UsageKind[] {
  if (dimensions[CATEGORY] === "llm") return ["token_usage"];
  if (dimensions[CATEGORY] === "embedding") return ["embedding_usage"];
  const hasLlm = integer(row, "llm_calls") > 0n || integer(row, "output_tokens") > 0n;
  const hasEmbeddings = integer(row, "embedding_calls") > 0n;
  if (hasLlm !== hasEmbeddings) return hasLlm ? ["token_usage"] : ["embedding_usage"];
  return ["token_usage", "embedding_usage"];
}

function toBucket(row: SqlRow, key: BucketKey): PricedBucket {
  return {
    key,
    startMs: Number(integer(row, "start_ms")),
    tokens: {
      usageRecords: integer(row, "usage_records"),
      inputTokens: integer(row, "input_tokens"),
      outputTokens: integer(row, "output_tokens"),
      repeatedInputTokens: integer(row, "repeated_input_tokens"),
      repeatedOutputTokens: integer(row, "repeated_output_tokens"),
    },
    cost: {
      totalPicousd: integer(row, "total_picousd"),
      lowerBoundPicousd: integer(row, "lower_bound_picousd"),
      unpricedRecords: integer(row, "unpriced_records"),
    },
  };
}

/** The keys of usage by their ids. */
function keysWithUsage(database: Database): Map<bigint, BucketKey> {
  const rows = database.prepare("SELECT id, identity FROM usage_key WHERE category IS NOT NULL").all([]);
  const keys = rows.map((row) => ({
    id: integer(row, "id"),
    dimensions: JSON.parse(String(row["identity"])) as BucketDimensions,
  }));
  return new Map(keys.map((key) => [key.id, key]));
}

function samePlace(one: BucketDimensions, other: BucketDimensions): boolean {
  return one.every((value, index) => value === other[index]);
}

function dimensionsWith(dimensions: BucketDimensions, cost: Cost): BucketDimensions {
  const changed = [...dimensions];
  changed[CATEGORY] = cost.category;
  changed[MODEL] = cost.model;
  changed[MODEL_SOURCE] = cost.modelSource;
  changed[PRICE_ID] = cost.priceId ?? null;
  return changed;
}

/** Says of each bucket of usage what the prices of now make of it. */
export class Repricing {
  readonly #database: Database;
  readonly #pricing: Pricing;
  readonly #rates: ReadonlyMap<string, TokenRates>;

  /** @param database of the store; it is only read */
  constructor(database: Database, { pricing, rates }: PresentPrices) {
    this.#database = database;
    this.#pricing = pricing;
    this.#rates = new Map([...rates, ...new KnownPrices(database).all()]);
  }

  /** Every bucket of usage in the span, by time. Between two of them, those of the same hour may be changed. */
  *buckets({ fromMs, untilMs }: RepriceSpan): Iterable<RepricedBucket> {
    const keys = keysWithUsage(this.#database);
    const select = this.#database.prepare(BUCKETS);
    const hours = this.#database.prepare(HOURS).all([fromMs - HOUR.ms, untilMs]);
    for (const hour of hours.map((row) => Number(integer(row, "start_ms")))) {
      const bounds = [Math.max(hour, fromMs), Math.min(hour + HOUR.ms, untilMs)];
      for (const row of select.all(bounds)) {
        const key = keys.get(integer(row, "key_id"));
        if (key === undefined) continue;
        const bucket = toBucket(row, key);
        yield { ...bucket, ...this.#fateOf(bucket, kindsIn(row, key)) };
      }
    }
  }

  #fateOf({ key, startMs, tokens, cost }: PricedBucket, kinds: readonly UsageKind[]): BucketFate {
    // Prices and models may change within a quarter of an hour: both its ends must agree.
    const moments = [startMs, startMs + BUCKET_MS - 1];
    const [now, ...others] = kinds.flatMap((kind) => moments.map((ms) => this.#costNow(key, kind, ms)));
    assert(now !== undefined, "a bucket of usage has a kind");
    const places = [now, ...others].map((one) => dimensionsWith(key.dimensions, one));
    if (places.some((place) => samePlace(place, key.dimensions))) return { fate: "unchanged" };
    const [dimensions = key.dimensions, ...otherPlaces] = places;
    if (!otherPlaces.every((place) => samePlace(place, dimensions)))
      return { fate: "left_alone", reason: "undecided" };

    const priceId = priceIdOf(key.dimensions);
    const rates = priceId === undefined ? undefined : this.#rates.get(priceId);
    if (priceId !== undefined && rates === undefined) return { fate: "left_alone", reason: "price_gone" };
    const repriced = repricedCost(cost, tokens, rates, now.rates);
    if (repriced === undefined) return { fate: "left_alone", reason: "not_computable" };
    return { fate: "repriced", to: { dimensions, rates: now.rates, cost: repriced } };
  }

  /** What a record of this bucket would get now, but for the amounts. */
  #costNow({ dimensions }: BucketKey, kind: UsageKind, timestampMs: number): Cost {
    const isNamed = dimensions[MODEL_SOURCE] === "record";
    const record = {
      agent_id: dimensions[AGENT],
      path: dimensions[URL_TEMPLATE],
      ...(isNamed && { model: dimensions[MODEL] }),
      input_tokens: 0,
      output_tokens: 0,
    };
    return this.#pricing.costOf(record, kind, new Date(timestampMs).toISOString());
  }
}

/** The model that dimensions of usage name. */
export function modelOf(dimensions: BucketDimensions): string {
  return String(dimensions[MODEL]);
}

/** The id of the price in the dimensions; undefined if the model had none. */
export function priceIdOf(dimensions: BucketDimensions): string | undefined {
  const priceId = dimensions[PRICE_ID];
  return typeof priceId === "string" ? priceId : undefined;
}
