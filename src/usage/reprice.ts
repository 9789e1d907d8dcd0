/** What the prices of now make of the costs in the embedded store: the difference by model, and what is left alone. */
import { picousdToDecimal } from "../cost/money.ts";
import type { PriceBook } from "../cost/price-book.ts";
import type { Pricing } from "../cost/pricing.ts";
import {
  type LeftAloneReason,
  modelOf,
  priceIdOf,
  type RepricedBucket,
  type RepriceSpan,
  Repricing,
} from "../store/reprice.ts";
import type { BucketCost } from "../store/reprice-cost.ts";
import { applyRepricing } from "../store/reprice-writer.ts";
import type { Database } from "../system/sqlite.ts";

/** Usage records and what they cost together. */
export interface RecordsCost extends BucketCost {
  readonly usageRecords: bigint;
}

/** One model, or all of them. */
export interface CostChange {
  readonly before: RecordsCost;
  readonly after: RecordsCost;
}

export interface ModelChange extends CostChange {
  readonly model: string;
}

/** Usage records whose cost stays as it is, since it cannot be computed again. */
export interface LeftAlone {
  readonly usageRecords: bigint;
  /** The prices that they refer to, in order. */
  readonly priceIds: readonly string[];
}

export interface RepriceReport {
  /** Whether the store has the new costs now. */
  readonly applied: boolean;
  /** All models of the span, by the size of their difference, the largest first. */
  readonly models: readonly ModelChange[];
  readonly totals: CostChange;
  /** Usage records with another model, price or category than before. */
  readonly repricedRecords: bigint;
  readonly leftAlone: Readonly<Record<LeftAloneReason, LeftAlone>>;
}

/** What costs are computed with now. */
export interface Prices {
  readonly pricing: Pricing;
  /** Knows prices that the store may not have remembered. */
  readonly book: PriceBook;
}

const NOTHING: RecordsCost = {
  usageRecords: 0n,
  totalPicousd: 0n,
  lowerBoundPicousd: 0n,
  unpricedRecords: 0n,
};

function sumOf(one: RecordsCost, usageRecords: bigint, cost: BucketCost): RecordsCost {
  return {
    usageRecords: one.usageRecords + usageRecords,
    totalPicousd: one.totalPicousd + cost.totalPicousd,
    lowerBoundPicousd: one.lowerBoundPicousd + cost.lowerBoundPicousd,
    unpricedRecords: one.unpricedRecords + cost.unpricedRecords,
  };
}

/** After minus before, in pico-dollars. */
export function differenceOf({ before, after }: CostChange): bigint {
  return after.totalPicousd - before.totalPicousd;
}

class GrowingChange implements CostChange {
  before = NOTHING;
  after = NOTHING;
}

/** Adds up what becomes of buckets. */
class Difference {
  readonly #models = new Map<string, GrowingChange>();
  readonly #totals = new GrowingChange();
  readonly #leftAlone = {
    price_gone: { usageRecords: 0n, priceIds: new Set<string>() },
    not_computable: { usageRecords: 0n, priceIds: new Set<string>() },
    undecided: { usageRecords: 0n, priceIds: new Set<string>() },
  };
  #repricedRecords = 0n;

  add(bucket: RepricedBucket): void {
    const { key, cost } = bucket;
    const { usageRecords } = bucket.tokens;
    const to = bucket.fate === "repriced" ? bucket.to : { dimensions: key.dimensions, cost };
    for (const change of [this.#model(modelOf(key.dimensions)), this.#totals])
      change.before = sumOf(change.before, usageRecords, cost);
    for (const change of [this.#model(modelOf(to.dimensions)), this.#totals])
      change.after = sumOf(change.after, usageRecords, to.cost);
    if (bucket.fate === "repriced") this.#repricedRecords += usageRecords;
    if (bucket.fate !== "left_alone") return;
    const left = this.#leftAlone[bucket.reason];
    left.usageRecords += usageRecords;
    left.priceIds.add(priceIdOf(key.dimensions) ?? "");
  }

  toReport(applied: boolean): RepriceReport {
    const leftAlone = (reason: LeftAloneReason): LeftAlone => {
      const { usageRecords, priceIds } = this.#leftAlone[reason];
      return { usageRecords, priceIds: [...priceIds].filter((priceId) => priceId !== "").sort() };
    };
    return {
      applied,
      models: [...this.#models]
        .map(([model, { before, after }]) => ({ model, before, after }))
        .sort(compareModels),
      totals: { before: this.#totals.before, after: this.#totals.after },
      repricedRecords: this.#repricedRecords,
      leftAlone: {
        price_gone: leftAlone("price_gone"),
        not_computable: leftAlone("not_computable"),
        undecided: leftAlone("undecided"),
      },
    };
  }

  #model(name: string): GrowingChange {
    const change = this.#models.get(name) ?? new GrowingChange();
    this.#models.set(name, change);
    return change;
  }
}

function compareModels(one: ModelChange, other: ModelChange): number {
  const sizeOf = (change: ModelChange): bigint => {
    const difference = differenceOf(change);
    return difference < 0n ? -difference : difference;
  };
  const sizes = sizeOf(other) - sizeOf(one);
  if (sizes !== 0n) return sizes > 0n ? 1 : -1;
  return one.model < other.model ? -1 : 1;
}

/**
 * Computes the costs of a span again. If `applies`, the store has them once this returns, all in one transaction; else
 * the database is only read.
 */
export function repriceStore(
  database: Database,
  { pricing, book }: Prices,
  span: RepriceSpan,
  applies: boolean,
): RepriceReport {
  const rates = new Map(book.list().map((price) => [price.priceId, price]));
  const reprice = (): RepriceReport => {
    const repricing = new Repricing(database, { pricing, rates });
    const difference = new Difference();
    for (const bucket of repricing.buckets(span)) difference.add(bucket);
    if (applies) applyRepricing(database, repricing, span);
    return difference.toReport(applies);
  };
  return applies ? database.transaction(reprice) : reprice();
}

function toCostAnswer({ usageRecords, totalPicousd, lowerBoundPicousd, unpricedRecords }: RecordsCost) {
  return {
    usage_records: Number(usageRecords),
    total_usd: picousdToDecimal(totalPicousd),
    lower_bound_usd: picousdToDecimal(lowerBoundPicousd),
    unpriced_records: Number(unpricedRecords),
  };
}

function toChangeAnswer(change: CostChange) {
  return {
    before: toCostAnswer(change.before),
    after: toCostAnswer(change.after),
    difference_usd: picousdToDecimal(differenceOf(change)),
  };
}

function toLeftAnswer({ usageRecords, priceIds }: LeftAlone) {
  return { usage_records: Number(usageRecords), price_ids: priceIds };
}

/** The report as `usage reprice --json` prints it. Counts are numbers, money is exact decimal text. */
export function toRepriceAnswer({ applied, models, totals, repricedRecords, leftAlone }: RepriceReport) {
  return {
    applied,
    rows: models.map((change) => ({ model: change.model, ...toChangeAnswer(change) })),
    totals: toChangeAnswer(totals),
    repriced_records: Number(repricedRecords),
    left_alone: {
      price_gone: toLeftAnswer(leftAlone.price_gone),
      not_computable: toLeftAnswer(leftAlone.not_computable),
      undecided: toLeftAnswer(leftAlone.undecided),
    },
  };
}
