/** A connection to tables in memory that understand what is sent to PostgreSQL: the tables that sums are in. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CompiledQuery } from "kysely";
import type { SqlConnection } from "../../../../src/sinks/sql/connection.ts";
import { BUCKET_DIMENSION_COLUMNS, SUM_COLUMNS } from "../../../../src/store/bucket.ts";
import { type Database, openDatabase, type SqlValue } from "../../../../src/system/sqlite.ts";

const TABLES = `
ATTACH ':memory:' AS mem0_audit;
CREATE TABLE mem0_audit.usage_key (id BLOB PRIMARY KEY, ${BUCKET_DIMENSION_COLUMNS.join(", ")});
CREATE TABLE mem0_audit.usage_bucket (
  start_ms INTEGER, key_id BLOB, ${SUM_COLUMNS.map((column) => `${column} INTEGER`).join(", ")},
  PRIMARY KEY (start_ms, key_id));
CREATE TABLE mem0_audit.usage_repeated (
  start_ms INTEGER, key_id BLOB, input_tokens INTEGER, output_tokens INTEGER, PRIMARY KEY (start_ms, key_id));
CREATE TABLE mem0_audit.price (price_id TEXT PRIMARY KEY, input_rate TEXT, output_rate TEXT);
CREATE TABLE mem0_audit.usage_key_number (number INTEGER PRIMARY KEY, key_id BLOB UNIQUE);
CREATE TABLE mem0_audit.usage_page (span_ms INTEGER, start_ms INTEGER, sums BLOB, PRIMARY KEY (span_ms, start_ms));
CREATE TABLE mem0_audit.stale_page (span_ms INTEGER, start_ms INTEGER, PRIMARY KEY (span_ms, start_ms));
`;

export class SqliteConnection implements SqlConnection {
  readonly statementBytesMax = 1_000_000;
  /** The statements so far. */
  readonly log: string[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), "sqlite-connection-"));
  readonly #database: Database;

  constructor() {
    this.#database = openDatabase(join(this.#directory, "main.db"), { busyTimeoutMs: 0 });
    for (const statement of TABLES.split(";\n"))
      if (statement.trim() !== "") this.#database.execute(statement);
  }

  async connect(): Promise<void> {}

  async query<Row>({ sql, parameters }: CompiledQuery<Row>): Promise<readonly Row[]> {
    this.log.push(sql);
    const text = sql.replace(/ for update$/, "").replace(/\$\d+/g, "?");
    const statement = this.#database.prepare(text);
    if (/^select/i.test(text)) return statement.all(parameters as SqlValue[]) as Row[];
    statement.run(parameters as SqlValue[]);
    return [];
  }

  /** All rows of a table, in the order of these columns. */
  rows(table: string, order: string) {
    return this.#database.prepare(`SELECT * FROM mem0_audit.${table} ORDER BY ${order}`).all([]);
  }

  async end(): Promise<void> {}

  destroy(): void {
    this.#database.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Runs a test on empty tables. */
export async function withTables(work: (connection: SqliteConnection) => Promise<void>): Promise<void> {
  const connection = new SqliteConnection();
  try {
    await work(connection);
  } finally {
    connection.destroy();
  }
}
