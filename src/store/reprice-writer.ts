/** Moves buckets to where the prices of now put them, and brings hours and days in line. */
import type { Database, Statement } from "../system/sqlite.ts";
import { DAY, GRAINS, QUARTER } from "./bucket.ts";
import { additionOf, BucketWriter, REPEATED_COLUMNS, SUM_COLUMNS } from "./bucket-writer.ts";
import type { RepriceSpan, Repricing } from "./reprice.ts";

const OLD_BUCKET = "WHERE key_id = ? AND start_ms = ?";

const REPLACED: Readonly<Record<string, string>> = {
  unpriced_records: "?",
  total_picousd: "?",
  lower_bound_picousd: "?",
};

const MOVE_BUCKET = additionOf(
  `SELECT ?, start_ms, ${SUM_COLUMNS.map((column) => REPLACED[column] ?? column).join(", ")}
  FROM usage_bucket ${OLD_BUCKET}`,
  "usage_bucket",
);
const MOVE_REPEATED = additionOf(
  `SELECT ?, start_ms, ${REPEATED_COLUMNS.join(", ")} FROM usage_repeated ${OLD_BUCKET}`,
  "usage_repeated",
  REPEATED_COLUMNS,
);

/** The start of the span of `ms` in which a quarter lies, in SQL; SQLite's remainder is negative before 1970. */
function spanStart(ms: number): string {
  return `start_ms - (start_ms % ${ms} + ${ms}) % ${ms}`;
}

class RepriceWriter {
  readonly #database: Database;
  readonly #keys: BucketWriter;
  readonly #moves: { readonly move: Statement; readonly remove: Statement };
  readonly #repeatedMoves: { readonly move: Statement; readonly remove: Statement };

  constructor(database: Database) {
    this.#database = database;
    this.#keys = new BucketWriter(database);
    const moving = (move: string, table: string) => ({
      move: database.prepare(move),
      remove: database.prepare(`DELETE FROM ${table} ${OLD_BUCKET}`),
    });
    this.#moves = moving(MOVE_BUCKET, "usage_bucket");
    this.#repeatedMoves = moving(MOVE_REPEATED, "usage_repeated");
  }

  /** Moves every bucket that is repriced. The keys stay, even those without buckets: a daemon may know their ids. */
  apply(repricing: Repricing, span: RepriceSpan): void {
    const touched = new Set<bigint>();
    for (const bucket of repricing.buckets(span)) {
      if (bucket.fate !== "repriced") continue;
      const { dimensions, rates, cost } = bucket.to;
      const keyId = this.#keys.keyId(dimensions, rates);
      const old = [bucket.key.id, bucket.startMs];
      // In the order of the columns of sums.
      const { unpricedRecords, totalPicousd, lowerBoundPicousd } = cost;
      this.#moves.move.run([keyId, unpricedRecords, totalPicousd, lowerBoundPicousd, ...old]);
      this.#moves.remove.run(old);
      this.#repeatedMoves.move.run([keyId, ...old]);
      this.#repeatedMoves.remove.run(old);
      touched.add(bucket.key.id).add(keyId);
    }
    this.#sumUpAgain([...touched], span);
  }

  /** Makes the hours and days of these keys the sums of their quarters again, as far as the span touches them. */
  #sumUpAgain(keyIds: readonly bigint[], { fromMs, untilMs }: RepriceSpan): void {
    const firstMs = Math.floor(fromMs / DAY.ms) * DAY.ms;
    const endMs = Math.ceil(untilMs / DAY.ms) * DAY.ms;
    const within = "WHERE key_id = ? AND start_ms >= ? AND start_ms < ?";
    for (const { table, ms } of GRAINS.filter((grain) => grain !== QUARTER)) {
      const remove = this.#database.prepare(`DELETE FROM ${table} ${within}`);
      const add = this.#database.prepare(
        additionOf(
          `SELECT key_id, ${spanStart(ms)}, ${SUM_COLUMNS.join(", ")} FROM usage_bucket ${within}`,
          table,
        ),
      );
      for (const keyId of keyIds) {
        remove.run([keyId, firstMs, endMs]);
        add.run([keyId, firstMs, endMs]);
      }
    }
  }
}

/** Moves what is repriced in the span; part of the caller's transaction. */
export function applyRepricing(database: Database, repricing: Repricing, span: RepriceSpan): void {
  new RepriceWriter(database).apply(repricing, span);
}
