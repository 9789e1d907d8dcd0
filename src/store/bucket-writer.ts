/** Adds what a batch sums up to the buckets in the database, in every grain. */
import assert from "node:assert/strict";
import type { Database, Statement } from "../system/sqlite.ts";
import {
  BUCKET_DIMENSION_COLUMNS,
  type BucketDelta,
  type BucketDimensions,
  GRAINS,
  INTEGER_MAX,
  sumRows,
} from "./bucket.ts";
import type { StoreRow } from "./row.ts";

/** The columns that are added up, and which of them could pass 2^63 by lines that are not plausible. */
const COUNT_COLUMNS = [
  "requests",
  "errors",
  "usage_records",
  "llm_calls",
  "embedding_calls",
  "input_tokens",
  "output_tokens",
  "unpriced_records",
  "suspect_records",
  "elapsed_ms",
];
const MONEY_COLUMNS = ["total_picousd", "lower_bound_picousd"];

function addition(table: string): string {
  return `
  INSERT INTO ${table} (key_id, start_ms, ${[...COUNT_COLUMNS, ...MONEY_COLUMNS].join(", ")})
  VALUES (?, ?, ${[...COUNT_COLUMNS, ...MONEY_COLUMNS].map(() => "?").join(", ")})
  ON CONFLICT (key_id, start_ms) DO UPDATE SET
    ${[...COUNT_COLUMNS, ...MONEY_COLUMNS].map(sumOf).join(", ")}`;
}

// An integer sum above 2^63 - 1 becomes a floating-point number in SQLite, which the table refuses.
function sumOf(column: string): string {
  return `${column} = CASE WHEN ${column} > ${INTEGER_MAX} - excluded.${column}
    THEN ${INTEGER_MAX} ELSE ${column} + excluded.${column} END`;
}

const ADD_KEY = `
  INSERT INTO usage_key (${BUCKET_DIMENSION_COLUMNS.join(", ")}, identity)
  VALUES (${BUCKET_DIMENSION_COLUMNS.map(() => "?").join(", ")}, ?)
  ON CONFLICT (identity) DO NOTHING`;

/** Keys remembered between batches; forgetting them costs one look-up each. */
const KEYS_KEPT_MAX = 50_000;

function bounded(amount: bigint): bigint {
  return amount > INTEGER_MAX ? INTEGER_MAX : amount;
}

export class BucketWriter {
  readonly #additions: readonly { readonly spanMs: number; readonly add: Statement }[];
  readonly #addKey: Statement;
  readonly #findKey: Statement;
  readonly #keyIds = new Map<string, bigint>();

  constructor(database: Database) {
    this.#additions = GRAINS.map(({ table, ms }) => ({ spanMs: ms, add: database.prepare(addition(table)) }));
    this.#addKey = database.prepare(ADD_KEY);
    this.#findKey = database.prepare("SELECT id FROM usage_key WHERE identity = ?");
  }

  /** Adds the rows' usage, part of the caller's transaction, and returns what it added. */
  addRows(rows: readonly StoreRow[]): readonly BucketDelta[] {
    const deltas = sumRows(rows);
    for (const delta of deltas) this.#addDelta(delta);
    return deltas;
  }

  /** To be called when a transaction was undone: ids of keys made in it are void. */
  forgetKeys(): void {
    this.#keyIds.clear();
  }

  #addDelta({ startMs, dimensions, sums }: BucketDelta): void {
    const keyId = this.#keyId(dimensions);
    const amounts = [
      sums.requests,
      sums.errors,
      sums.usageRecords,
      sums.llmCalls,
      sums.embeddingCalls,
      sums.inputTokens,
      sums.outputTokens,
      sums.unpricedRecords,
      sums.suspectRecords,
      sums.elapsedMs,
      bounded(sums.totalPicousd),
      bounded(sums.lowerBoundPicousd),
    ];
    for (const { spanMs, add } of this.#additions)
      add.run([keyId, Math.floor(startMs / spanMs) * spanMs, ...amounts]);
  }

  #keyId(dimensions: BucketDimensions): bigint {
    const identity = JSON.stringify(dimensions);
    const known = this.#keyIds.get(identity);
    if (known !== undefined) return known;

    this.#addKey.run([...dimensions, identity]);
    const id = this.#findKey.all([identity])[0]?.["id"];
    assert(typeof id === "bigint");
    if (this.#keyIds.size >= KEYS_KEPT_MAX) this.#keyIds.clear();
    this.#keyIds.set(identity, id);
    return id;
  }
}
