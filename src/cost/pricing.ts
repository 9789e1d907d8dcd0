/**
 * Puts a price on usage records: which model, which price on that day, which amounts, which remarks.
 *
 * This is on the way of every usage record, and those are up to half of all lines: what depends on the model
 * alone is worked out once per model.
 */
import type { AuditRecord } from "../record/record.ts";
import { parseTimestampMs } from "../record/timestamp.ts";
import { Catalog, priceAt } from "./catalog.ts";
import type { Cost, CostCategory, ModelSource } from "./cost.ts";
import type { ConfiguredModel, ConfiguredModels } from "./models.ts";
import { picousdToNumber, priceTokens, type TokenRate } from "./money.ts";
import { type Price, PriceBook, type PriceBookOptions } from "./price-book.ts";
import { qualityOfEmbeddingUsage, qualityOfTokenUsage, type UsageFigures } from "./quality.ts";
import { type SystemRules, SystemUsage } from "./system-usage.ts";

/** All that pricing depends on; plain data, made from the configuration and the environment. */
export interface PricingOptions extends PriceBookOptions {
  readonly models: ConfiguredModels;
  /** Which usage is of category `system`; without them that of the default paths. */
  readonly system?: SystemRules | undefined;
}

export interface Pricing {
  /**
   * The cost of a usage record. `timestamp` (ISO 8601) decides between prices of different dates. It never
   * throws, whatever the record holds: where the model has no price, or one that is not free and a token count that
   * matters is missing or no count, the amounts are undefined and the status is `unpriced`.
   */
  costOf(record: AuditRecord, kind: "token_usage" | "embedding_usage", timestamp: string): Cost;
}

/** Input tokens that the provider took from its cache or put there: counted beside `input_tokens`, as Bedrock does. */
interface CachedTokens {
  /** 0 where the record has no such count; undefined where it is no count. */
  readonly read: number | undefined;
  readonly write: number | undefined;
}

const NONE_CACHED: CachedTokens = { read: 0, write: 0 };

/** A model as records name it, with its prices. */
interface PricedModel {
  readonly model: string;
  readonly source: ModelSource;
  readonly prices: readonly Price[];
  readonly isSystem: boolean;
}

/** The model of records that name none, and those before it, each until a moment (excluded). */
interface Timeline {
  readonly present: PricedModel;
  readonly earlier: readonly { readonly untilMs: number; readonly used: PricedModel }[];
}

/** Of a longer name only this much is kept, in UTF-16 units: search servers refuse terms above 32 kB. */
const MODEL_NAME_LENGTH_MAX = 512;
const MODELS_KEPT_MAX = 1000;
/** Stores and search servers keep amounts as signed 64-bit integers: $9.2 million. */
const PICOUSD_MAX = 2n ** 63n - 1n;

/** Makes the pricing of one configuration. `catalog` is the shipped one but in tests. */
export function createPricing(options: PricingOptions, catalog = new Catalog()): Pricing {
  return new BookPricing(options, new PriceBook(options, catalog));
}

/** A count of tokens or calls: a safe integer, not negative. Anything else is none. */
function countOf(value: unknown): number | undefined {
  // Adding 0 turns -0, which JSON can say, into 0.
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
}

function cachedTokensOf(record: AuditRecord): CachedTokens {
  const { cache_read_input_tokens: read, cache_write_input_tokens: write } = record;
  if (read === undefined && write === undefined) return NONE_CACHED;
  return { read: countOf(read ?? 0), write: countOf(write ?? 0) };
}

class BookPricing implements Pricing {
  readonly #book: PriceBook;
  readonly #llm: Timeline;
  readonly #embedding: Timeline;
  readonly #system: SystemUsage;
  readonly #named = new Map<string, PricedModel>();

  constructor(options: PricingOptions, book: PriceBook) {
    this.#book = book;
    this.#system = new SystemUsage(options.system);
    this.#llm = this.#timeline(options.models.llm);
    this.#embedding = this.#timeline(options.models.embedding);
  }

  costOf(record: AuditRecord, kind: "token_usage" | "embedding_usage", timestamp: string): Cost {
    const isLlm = kind === "token_usage";
    const used = this.#modelOf(record["model"], isLlm ? this.#llm : this.#embedding, timestamp);
    const cached = isLlm ? cachedTokensOf(record) : NONE_CACHED;
    const figures: UsageFigures = {
      path: record["path"],
      calls: countOf(isLlm ? record["llm_calls"] : record["calls"]),
      inputTokens: countOf(record["input_tokens"]),
      outputTokens: isLlm ? countOf(record["output_tokens"]) : 0,
      totalTokens: record["total_tokens"],
      maxTokens: countOf(record["max_tokens"]),
      cachedTokens: (cached.read ?? 0) + (cached.write ?? 0),
    };
    const quality = isLlm ? qualityOfTokenUsage(figures) : qualityOfEmbeddingUsage(figures);
    const isSystem = used.isSystem || this.#system.has(record);
    const category = isSystem ? "system" : isLlm ? "llm" : "embedding";
    return toCost(used, priceOn(used.prices, timestamp), category, figures, cached, quality);
  }

  #modelOf(named: unknown, configured: Timeline, timestamp: string): PricedModel {
    if (typeof named === "string" && named !== "") return this.#named.get(named) ?? this.#addNamed(named);
    if (configured.earlier.length === 0) return configured.present;
    const timestampMs = momentOf(timestamp);
    return configured.earlier.find(({ untilMs }) => timestampMs < untilMs)?.used ?? configured.present;
  }

  #addNamed(name: string): PricedModel {
    const model = this.#priced(name, "record");
    if (this.#named.size >= MODELS_KEPT_MAX) this.#named.clear();
    if (name.length <= MODEL_NAME_LENGTH_MAX) this.#named.set(name, model);
    return model;
  }

  #timeline({ model, source, earlier = [] }: ConfiguredModel): Timeline {
    return {
      present: this.#priced(model, source),
      earlier: earlier.map((past) => ({
        untilMs: Date.parse(past.until),
        used: this.#priced(past.model, "config"),
      })),
    };
  }

  #priced(name: string, source: ModelSource): PricedModel {
    const prices = this.#book.find(name)?.prices ?? [];
    const model = name.slice(0, MODEL_NAME_LENGTH_MAX);
    return { model, source, prices, isSystem: this.#system.hasModel(model) };
  }
}

/** The document's timestamp is always a valid one; were it not, it would be 1970 there too. */
function momentOf(timestamp: string): number {
  return parseTimestampMs(timestamp) ?? 0;
}

function priceOn(prices: readonly Price[], timestamp: string): Price | undefined {
  const [first] = prices;
  const isUndated = prices.length === 1 && first?.fromMs === Number.NEGATIVE_INFINITY;
  return isUndated ? first : priceAt(prices, momentOf(timestamp));
}

function toCost(
  used: PricedModel,
  price: Price | undefined,
  category: CostCategory,
  { calls = 0, inputTokens, outputTokens }: UsageFigures,
  cached: CachedTokens,
  quality: Cost["quality"],
): Cost {
  let input: bigint | undefined;
  let output: bigint | undefined;
  let total: bigint | undefined;
  const cachedInput = price && priceCached(cached, price);
  if (price?.status === "free") {
    input = output = total = 0n;
  } else if (price && inputTokens !== undefined && outputTokens !== undefined && cachedInput !== undefined) {
    input = priceTokens(inputTokens, price.input) + cachedInput;
    output = priceTokens(outputTokens, price.output);
    total = input + output;
    if (total > PICOUSD_MAX) input = output = total = undefined;
  }
  const hasLowerBound = total !== undefined && quality.includes("uniform_calls");
  return {
    category,
    model: used.model,
    modelSource: used.source,
    status: price === undefined || total === undefined ? "unpriced" : price.status,
    priceId: price?.priceId,
    rates: price,
    inputPicousd: input,
    outputPicousd: output,
    totalPicousd: total,
    calls,
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    quality,
    lowerBoundUsd: hasLowerBound && total !== undefined ? perCall(total, calls) : undefined,
  };
}

/** What cached tokens cost, in pico-dollars; undefined if their count or their rate is not known. */
function priceCached({ read, write }: CachedTokens, { cacheRead, cacheWrite }: Price): bigint | undefined {
  if (read === 0 && write === 0) return 0n;
  const readPicousd = priceCounted(read, cacheRead);
  const writePicousd = priceCounted(write, cacheWrite);
  return readPicousd === undefined || writePicousd === undefined ? undefined : readPicousd + writePicousd;
}

function priceCounted(tokens: number | undefined, rate: TokenRate | undefined): bigint | undefined {
  if (tokens === 0) return 0n;
  return tokens === undefined || rate === undefined ? undefined : priceTokens(tokens, rate);
}

/** The total divided by the calls, in US dollars; rounded down to a pico-dollar, as the sums of the store are. */
function perCall(totalPicousd: bigint, calls: number): number {
  const plain = Number(totalPicousd);
  // The quotient of two safe integers is never rounded up to a whole number that it does not reach.
  if (Number.isSafeInteger(plain)) return Math.floor(plain / calls) / 1e12;
  return picousdToNumber(totalPicousd / BigInt(calls));
}
