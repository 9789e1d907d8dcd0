/** Moves buckets to where the prices of now put them, and brings their pages in line. */
import type { Database, Statement } from "../system/sqlite.ts";
import { additionOf, BUCKET_COLUMNS, BucketWriter, REPEATED_COLUMNS } from "./bucket-writer.ts";
import { PageWriter } from "./page-writer.ts";
import { HOUR, startOf } from "./pages.ts";
import type { RepriceSpan, Repricing } from "./reprice.ts";

const OLD_BUCKET = "WHERE key_id = ? AND start_ms = ?";

const REPLACED: Readonly<Record<string, string>> = {
  total_picousd: "?",
  unpriced_records: "?",
  lower_bound_picousd: "?",
};

const MOVE_BUCKET = additionOf(
  `SELECT start_ms, ?, ${BUCKET_COLUMNS.map((column) => REPLACED[column] ?? column).join(", ")}
  FROM usage_bucket ${OLD_BUCKET}`,
  "usage_bucket",
);
const MOVE_REPEATED = additionOf(
  `SELECT start_ms, ?, ${REPEATED_COLUMNS.join(", ")} FROM usage_repeated ${OLD_BUCKET}`,
  "usage_repeated",
  REPEATED_COLUMNS,
);

class RepriceWriter {
  readonly #keys: BucketWriter;
  readonly #pages: PageWriter;
  readonly #moves: { readonly move: Statement; readonly remove: Statement };
  readonly #repeatedMoves: { readonly move: Statement; readonly remove: Statement };

  constructor(database: Database) {
    this.#keys = new BucketWriter(database);
    this.#pages = new PageWriter(database);
    const moving = (move: string, table: string) => ({
      move: database.prepare(move),
      remove: database.prepare(`DELETE FROM ${table} ${OLD_BUCKET}`),
    });
    this.#moves = moving(MOVE_BUCKET, "usage_bucket");
    this.#repeatedMoves = moving(MOVE_REPEATED, "usage_repeated");
  }

  /** Moves every bucket that is repriced. The keys stay, even those without buckets: a daemon may know their ids. */
  apply(repricing: Repricing, span: RepriceSpan): void {
    const hours = new Set<number>();
    for (const bucket of repricing.buckets(span)) {
      if (bucket.fate !== "repriced") continue;
      const { dimensions, rates, cost } = bucket.to;
      const keyId = this.#keys.keyId(dimensions, rates);
      const old = [bucket.key.id, bucket.startMs];
      // In the order of the columns of sums.
      const { totalPicousd, unpricedRecords, lowerBoundPicousd } = cost;
      this.#moves.move.run([keyId, totalPicousd, unpricedRecords, lowerBoundPicousd, ...old]);
      this.#moves.remove.run(old);
      this.#repeatedMoves.move.run([keyId, ...old]);
      this.#repeatedMoves.remove.run(old);
      hours.add(startOf(bucket.startMs, HOUR));
    }
    this.#pages.makeAgain([...hours]);
  }
}

/** Moves what is repriced in the span; part of the caller's transaction. */
export function applyRepricing(database: Database, repricing: Repricing, span: RepriceSpan): void {
  new RepriceWriter(database).apply(repricing, span);
}
