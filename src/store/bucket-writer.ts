/** Adds what a batch sums up to the buckets in the database, and to their pages. */
import assert from "node:assert/strict";
import type { TokenRates } from "../cost/money.ts";
import type { Database, Statement } from "../system/sqlite.ts";
import {
  BUCKET_DIMENSION_COLUMNS,
  type BucketDelta,
  type BucketDimensions,
  boundedInteger,
  INTEGER_MAX,
  type RepeatedTokens,
  SUM_COLUMNS,
  sumRows,
} from "./bucket.ts";
import { KnownPrices } from "./known-prices.ts";
import { type BucketChange, PageWriter } from "./page-writer.ts";
import type { StoreRow } from "./row.ts";

/** Not added up: the largest counts. */
const SLOWEST = "slowest_ms";

/** All columns of a bucket beside its key, in the order in which they are written. */
export const BUCKET_COLUMNS: readonly string[] = [...SUM_COLUMNS, SLOWEST];

/** The columns of repeated tokens. */
export const REPEATED_COLUMNS: readonly string[] = ["input_tokens", "output_tokens"];

/** SQL that adds rows (`VALUES ...` or `SELECT ... WHERE ...`) to those of the same key and time in a table of sums. */
export function additionOf(rows: string, table: string, columns: readonly string[] = BUCKET_COLUMNS): string {
  return `
  INSERT INTO ${table} (start_ms, key_id, ${columns.join(", ")}) ${rows}
  ON CONFLICT (start_ms, key_id) DO UPDATE SET ${columns.map(sumOf).join(", ")}`;
}

function addition(table: string, columns: readonly string[]): string {
  return additionOf(`VALUES (?, ?, ${columns.map(() => "?").join(", ")})`, table, columns);
}

// An integer sum above 2^63 - 1 becomes a floating-point number in SQLite, which the table refuses.
function sumOf(column: string): string {
  if (column === SLOWEST) return `${column} = MAX(${column}, excluded.${column})`;
  return `${column} = CASE WHEN ${column} > ${INTEGER_MAX} - excluded.${column}
    THEN ${INTEGER_MAX} ELSE ${column} + excluded.${column} END`;
}

const ADD_KEY = `
  INSERT INTO usage_key (${BUCKET_DIMENSION_COLUMNS.join(", ")}, identity)
  VALUES (${BUCKET_DIMENSION_COLUMNS.map(() => "?").join(", ")}, ?)
  ON CONFLICT (identity) DO NOTHING`;

const PRICE_ID = BUCKET_DIMENSION_COLUMNS.indexOf("price_id");

/** Keys remembered between batches; forgetting them costs one look-up each. */
const KEYS_KEPT_MAX = 50_000;

export class BucketWriter {
  readonly #addSums: Statement;
  readonly #addRepeated: Statement;
  readonly #addKey: Statement;
  readonly #findKey: Statement;
  readonly #prices: KnownPrices;
  readonly #pages: PageWriter;
  readonly #keyIds = new Map<string, bigint>();

  constructor(database: Database) {
    this.#addSums = database.prepare(addition("usage_bucket", BUCKET_COLUMNS));
    this.#addRepeated = database.prepare(addition("usage_repeated", REPEATED_COLUMNS));
    this.#prices = new KnownPrices(database);
    this.#pages = new PageWriter(database);
    this.#addKey = database.prepare(ADD_KEY);
    this.#findKey = database.prepare("SELECT id FROM usage_key WHERE identity = ?");
  }

  /** Adds the rows' usage, part of the caller's transaction, and returns what it added. */
  addRows(rows: readonly StoreRow[]): readonly BucketDelta[] {
    const deltas = sumRows(rows);
    this.#pages.add(deltas.map((delta) => this.#addDelta(delta)));
    return deltas;
  }

  /** To be called when a transaction was undone: ids of keys made in it are void. */
  forgetKeys(): void {
    this.#keyIds.clear();
  }

  /** The id of a key, which is made if there is none; with it the rates of its price are remembered. */
  keyId(dimensions: BucketDimensions, rates: TokenRates | undefined): bigint {
    const identity = JSON.stringify(dimensions);
    const known = this.#keyIds.get(identity);
    if (known !== undefined) return known;

    this.#addKey.run([...dimensions, identity]);
    const id = this.#findKey.all([identity])[0]?.["id"];
    assert(typeof id === "bigint");
    const priceId = dimensions[PRICE_ID];
    if (typeof priceId === "string" && rates !== undefined) this.#prices.add(priceId, rates);
    if (this.#keyIds.size >= KEYS_KEPT_MAX) this.#keyIds.clear();
    this.#keyIds.set(identity, id);
    return id;
  }

  /** Adds to the repeated tokens of a bucket; part of the caller's transaction. */
  addRepeated(keyId: bigint, startMs: number, { inputTokens, outputTokens }: RepeatedTokens): void {
    if (inputTokens > 0 || outputTokens > 0)
      this.#addRepeated.run([startMs, keyId, inputTokens, outputTokens]);
  }

  #addDelta({ startMs, dimensions, rates, sums, repeated, slowestMs }: BucketDelta): BucketChange {
    const keyId = this.keyId(dimensions, rates);
    const totalPicousd = boundedInteger(sums.totalPicousd);
    const lowerBoundPicousd = boundedInteger(sums.lowerBoundPicousd);
    this.#addSums.run([
      startMs,
      keyId,
      sums.requests,
      sums.errors,
      sums.usageRecords,
      sums.llmCalls,
      sums.embeddingCalls,
      sums.inputTokens,
      sums.outputTokens,
      totalPicousd,
      sums.unpricedRecords,
      sums.suspectRecords,
      lowerBoundPicousd,
      sums.elapsedMs,
      slowestMs,
    ]);
    this.addRepeated(keyId, startMs, repeated);
    const amounts = { ...sums, totalPicousd, lowerBoundPicousd, slowestMs };
    return { keyId: Number(keyId), startMs, amounts };
  }
}
