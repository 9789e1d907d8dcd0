/** What the keys of buckets and pages stand for, kept between questions: none ever changes. */
import { sql } from "kysely";
import { BUCKET_DIMENSION_COLUMNS } from "../../store/bucket.ts";
import type { BucketSelection, KeyAttribute, KeyValues } from "../../store/bucket-query.ts";
import { KeyTable } from "../../store/key-table.ts";
import type { SqlConnection } from "./connection.ts";
import type { Statements } from "./tables.ts";

/** The sums that keys belong to. */
export interface SqlKeyGroups {
  /** The group of a number in pages, or of what {@link UsageKeys.rowKey} gives; -1 if the key is not selected. */
  groupOf(key: number): number;
  /** What the keys of each group have in common. */
  readonly values: readonly KeyValues[];
}

export class UsageKeys {
  readonly #statements: Statements;
  #table = new KeyTable();
  /** Keys of the table by their ids, and by their numbers in pages. */
  #byId = new Map<string, number>();
  #byNumber: number[] = [];
  #counted = "";

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** The keys of a selection, apart by these attributes; those that came since are read first. */
  async groups(
    connection: SqlConnection,
    selection: BucketSelection,
    attributes: readonly KeyAttribute[],
  ): Promise<SqlKeyGroups> {
    await this.#refresh(connection);
    const { groupOf, values } = this.#table.groups(selection, attributes);
    return { groupOf: (key) => groupOf(key < 0 ? -key : (this.#byNumber[key] ?? 0)), values };
  }

  /** The key of a row of buckets, for sums: below 0, since it has no number yet. */
  readonly rowKey = (keyId: Buffer): number => -(this.#byId.get(keyId.toString("latin1")) ?? 0);

  async #refresh(connection: SqlConnection): Promise<void> {
    const counts = ["usage_key", "usage_key_number"] as const;
    const found: string[] = [];
    for (const table of counts) {
      const query = this.#statements.selectFrom(table).select(sql<string>`COUNT(*)`.as("n"));
      const [row] = await connection.query(query.compile());
      found.push(String(row?.n));
    }
    const counted = found.join(" ");
    if (counted === this.#counted) return;
    await this.#readAll(connection);
    this.#counted = counted;
  }

  async #readAll(connection: SqlConnection): Promise<void> {
    const columns = BUCKET_DIMENSION_COLUMNS.map((column) => `k.${column}` as const);
    const rows = await connection.query(
      this.#statements
        .selectFrom("usage_key as k")
        .leftJoin("usage_key_number as n", "n.key_id", "k.id")
        .select(["k.id", "n.number", ...columns])
        .compile(),
    );
    this.#table = new KeyTable();
    this.#byId = new Map();
    this.#byNumber = [];
    for (const [index, row] of rows.entries()) {
      const key = index + 1;
      this.#table.set(
        key,
        BUCKET_DIMENSION_COLUMNS.map((column) => row[column]),
      );
      this.#byId.set(row.id.toString("latin1"), key);
      if (row.number !== null) this.#byNumber[Number(row.number)] = key;
    }
  }
}
