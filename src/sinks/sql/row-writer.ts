/** Writes rows and what they add up to; part of the caller's transaction. */
import type { Insertable } from "kysely";
import { boundedInteger, sumRows } from "../../store/bucket.ts";
import type { StoreRow } from "../../store/row.ts";
import { documentId, type Generation } from "../../tail/generation.ts";
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import { SqlFault } from "./fault.ts";
import { SumsWriter } from "./sums-writer.ts";
import type { Tables } from "./tables.ts";

/** Rows of one statement: with 19 columns each, below the 65,535 values that a statement may have. */
const ROWS_AT_ONCE = 500;

/** Sent as text, bytes are two hexadecimal digits each; all other columns of a row are shorter than this. */
const BYTES_PER_BYTE = 2;
const OTHER_COLUMNS_BYTES = 16 * 1024;

export class RowWriter {
  readonly #dialect: SqlDialect;
  readonly #keepsRecords: boolean;
  readonly #sums: SumsWriter;

  /** @param keepsRecords whether whole lines are kept, not only what they add up to */
  constructor(dialect: SqlDialect, keepsRecords: boolean) {
    this.#dialect = dialect;
    this.#keepsRecords = keepsRecords;
    this.#sums = new SumsWriter(dialect);
  }

  /** Adds rows of one generation that were not added before. Rejects with a `SqlFault`. */
  async add(
    connection: SqlConnection,
    generation: Pick<Generation, "id">,
    rows: readonly StoreRow[],
  ): Promise<void> {
    if (this.#keepsRecords) await this.#addRecords(connection, generation, rows);
    await this.#sums.add(connection, sumRows(rows));
  }

  async #addRecords(
    connection: SqlConnection,
    generation: Pick<Generation, "id">,
    rows: readonly StoreRow[],
  ): Promise<void> {
    const { statements } = this.#dialect;
    for (const some of chunksOf(rows, connection.statementBytesMax)) {
      const records = some.map((row) => recordOf(documentId(generation, row.offset), row));
      const insertion = statements.insertInto("record").values(records);
      await connection.query(insertion.modifyEnd(this.#dialect.keepPresent("id")).compile());
    }
  }
}

/** Rows that fit into one statement each time. Throws a fault of data at a row that fits into none. */
function* chunksOf(rows: readonly StoreRow[], bytesMax: number): Iterable<readonly StoreRow[]> {
  let chunk: StoreRow[] = [];
  let chunkBytes = 0;
  for (const row of rows) {
    const bytes = row.line.length * BYTES_PER_BYTE + OTHER_COLUMNS_BYTES;
    if (bytes > bytesMax) {
      const message = `a line of ${row.line.length} bytes is more than the server takes in one statement (${bytesMax} bytes)`;
      throw new SqlFault("data", "too_large", message);
    }
    if (chunk.length >= ROWS_AT_ONCE || chunkBytes + bytes > bytesMax) {
      yield chunk;
      chunk = [];
      chunkBytes = 0;
    }
    chunk.push(row);
    chunkBytes += bytes;
  }
  if (chunk.length > 0) yield chunk;
}

function recordOf(id: string, row: StoreRow): Insertable<Tables["record"]> {
  const { cost } = row;
  return {
    id,
    ts_ms: row.timestampMs,
    kind: row.kind,
    route_group: row.routeGroup,
    url_template: row.urlTemplate,
    path: row.path,
    method: row.method,
    status: row.status,
    elapsed_ms: row.elapsedMs,
    agent_id: row.agentId,
    user_id: row.userId,
    organization_id: row.organizationId,
    team: row.team,
    api_key_hash: row.apiKeyHash,
    api_key_alias: row.apiKeyAlias,
    model: cost?.model ?? null,
    price_id: cost?.priceId ?? null,
    total_picousd: cost?.totalPicousd === undefined ? null : String(boundedInteger(cost.totalPicousd)),
    line: row.line,
  };
}
