/** Keeps whole lines, with the columns that people ask for. */
import type { Database, SqlValue, Statement } from "../system/sqlite.ts";
import { documentId, type Generation } from "../tail/generation.ts";
import type { StoreRow } from "./row.ts";

const COLUMNS = [
  "id",
  "ts_ms",
  "kind",
  "route_group",
  "url_template",
  "path",
  "method",
  "status",
  "elapsed_ms",
  "agent_id",
  "user_id",
  "organization_id",
  "team",
  "api_key_hash",
  "api_key_alias",
  "model",
  "price_id",
  "total_picousd",
  "line",
];

/** Rows for each statement: each call into the engine costs about as much as a row. */
const ROWS_AT_ONCE = 10;

function insertion(rows: number): string {
  const values = `(${COLUMNS.map(() => "?").join(", ")})`;
  const all = Array.from({ length: rows }, () => values).join(", ");
  return `INSERT INTO record (${COLUMNS.join(", ")}) VALUES ${all} ON CONFLICT (id) DO NOTHING`;
}

function pushColumns(columns: SqlValue[], id: string, row: StoreRow): void {
  columns.push(
    id,
    row.timestampMs,
    row.kind,
    row.routeGroup,
    row.urlTemplate,
    row.path,
    row.method,
    row.status,
    row.elapsedMs,
    row.agentId,
    row.userId,
    row.organizationId,
    row.team,
    row.apiKeyHash,
    row.apiKeyAlias,
    row.cost?.model ?? null,
    row.cost?.priceId ?? null,
    row.cost?.totalPicousd ?? null,
    row.line,
  );
}

export class RecordWriter {
  readonly #insertMany: Statement;
  readonly #insertOne: Statement;

  constructor(database: Database) {
    this.#insertMany = database.prepare(insertion(ROWS_AT_ONCE));
    this.#insertOne = database.prepare(insertion(1));
  }

  /** Adds the rows of one generation; part of the caller's transaction. A row that is there already stays as it is. */
  addRows(generation: Pick<Generation, "id">, rows: readonly StoreRow[]): void {
    const together = rows.length - (rows.length % ROWS_AT_ONCE);
    for (let start = 0; start < together; start += ROWS_AT_ONCE) {
      const columns: SqlValue[] = [];
      for (const row of rows.slice(start, start + ROWS_AT_ONCE))
        pushColumns(columns, documentId(generation, row.offset), row);
      this.#insertMany.run(columns);
    }
    for (const row of rows.slice(together)) this.addRow(documentId(generation, row.offset), row);
  }

  /** Adds one row; returns false if its id is there already. */
  addRow(id: string, row: StoreRow): boolean {
    const columns: SqlValue[] = [];
    pushColumns(columns, id, row);
    return this.#insertOne.run(columns) > 0;
  }
}
