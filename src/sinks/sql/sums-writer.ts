/** Adds to the tables of sums, and makes the keys that they refer to; part of the caller's transaction. */
import { createHash } from "node:crypto";
import type { Insertable } from "kysely";
import {
  BUCKET_DIMENSION_COLUMNS,
  type BucketDelta,
  type BucketDimensions,
  type RepeatedTokens,
  SUM_COLUMNS,
} from "../../store/bucket.ts";
import { type PriceText, priceTextOf } from "../../store/known-prices.ts";
import { bucketOf } from "./bucket-rows.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import { PageMaker } from "./page-maker.ts";
import type { Tables } from "./tables.ts";

/** Rows of one statement: with 14 columns each, below the 65,535 values that a statement may have. */
const ROWS_AT_ONCE = 500;

const PRICE_ID = BUCKET_DIMENSION_COLUMNS.indexOf("price_id");

/** What is added to one bucket, and the rates of the price that its dimensions name. */
export type SumsAddition = Pick<BucketDelta, "startMs" | "dimensions" | "rates" | "sums" | "repeated">;

type Keyed = SumsAddition & { readonly keyId: Buffer };

/** The id of a key: so nobody has to ask which one it was given. */
export function keyIdOf(dimensions: BucketDimensions): Buffer {
  return createHash("sha256").update(JSON.stringify(dimensions)).digest().subarray(0, 16);
}

export class SumsWriter {
  readonly #dialect: SqlDialect;
  readonly #pages: PageMaker;

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
    this.#pages = new PageMaker(dialect);
  }

  /** Adds to buckets, each named at most once. Rejects with a `SqlFault`. */
  async add(connection: SqlConnection, additions: readonly SumsAddition[]): Promise<void> {
    const keyed = additions.map((addition) => ({ ...addition, keyId: keyIdOf(addition.dimensions) }));
    // Always in the same order, so that two shippers that lock the same rows never wait for each other.
    keyed.sort((one, other) => one.keyId.compare(other.keyId) || one.startMs - other.startMs);
    for (let start = 0; start < keyed.length; start += ROWS_AT_ONCE) {
      const some = keyed.slice(start, start + ROWS_AT_ONCE);
      await this.#addKeys(connection, some);
      await this.#addBuckets(connection, some);
      await this.#addRepeated(connection, some);
    }
    await this.#addPrices(connection, keyed);
    await this.#pages.markStale(
      connection,
      keyed.map(({ startMs }) => startMs),
    );
  }

  async #addKeys(connection: SqlConnection, keyed: readonly Keyed[]): Promise<void> {
    const keys = new Map(
      keyed.map(({ keyId, dimensions }) => [keyId.toString("latin1"), keyOf(keyId, dimensions)]),
    );
    const { statements, keepPresent } = this.#dialect;
    const insertion = statements.insertInto("usage_key").values([...keys.values()]);
    await connection.query(insertion.modifyEnd(keepPresent("id")).compile());
  }

  async #addBuckets(connection: SqlConnection, keyed: readonly Keyed[]): Promise<void> {
    const { statements, addToPresent } = this.#dialect;
    const rows = keyed.map(({ keyId, startMs, sums }) => bucketOf(keyId, startMs, sums));
    const addition = statements.insertInto("usage_bucket").values(rows);
    await connection.query(addition.modifyEnd(addToPresent("usage_bucket", SUM_COLUMNS)).compile());
  }

  async #addRepeated(connection: SqlConnection, keyed: readonly Keyed[]): Promise<void> {
    const rows = keyed
      .filter(({ repeated }) => repeated.inputTokens > 0 || repeated.outputTokens > 0)
      .map(({ keyId, startMs, repeated }) => repeatedOf(keyId, startMs, repeated));
    if (rows.length === 0) return;
    const { statements, addToPresent } = this.#dialect;
    const addition = statements.insertInto("usage_repeated").values(rows);
    const end = addToPresent("usage_repeated", ["input_tokens", "output_tokens"]);
    await connection.query(addition.modifyEnd(end).compile());
  }

  async #addPrices(connection: SqlConnection, keyed: readonly Keyed[]): Promise<void> {
    const prices = new Map<string, PriceText>();
    for (const { dimensions, rates } of keyed) {
      const priceId = dimensions[PRICE_ID];
      if (typeof priceId === "string" && rates !== undefined) prices.set(priceId, priceTextOf(rates));
    }
    if (prices.size === 0) return;
    const rows = [...prices]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([price_id, { input, output }]) => ({ price_id, input_rate: input, output_rate: output }));
    const { statements, keepPresent } = this.#dialect;
    const insertion = statements.insertInto("price").values(rows);
    await connection.query(insertion.modifyEnd(keepPresent("price_id")).compile());
  }
}

function keyOf(id: Buffer, dimensions: BucketDimensions): Insertable<Tables["usage_key"]> {
  const columns = BUCKET_DIMENSION_COLUMNS.map((name, index) => [name, dimensions[index] ?? null]);
  return { id, ...Object.fromEntries(columns) };
}

function repeatedOf(
  keyId: Buffer,
  startMs: number,
  { inputTokens, outputTokens }: RepeatedTokens,
): Insertable<Tables["usage_repeated"]> {
  return { key_id: keyId, start_ms: startMs, input_tokens: inputTokens, output_tokens: outputTokens };
}
