/** Which lines a database holds: by their records where these are kept, else by the offset that was committed with the sums. */
import type { CompiledQuery } from "kysely";
import type { Checkpoint } from "../../tail/checkpoint.ts";
import { documentId, type Generation } from "../../tail/generation.ts";
import { type Presence, PresenceFault, type SoughtLine } from "../presence.ts";
import type { SinkContext } from "../table.ts";
import type { SqlConnection } from "./connection.ts";
import { reportOn } from "./fault.ts";
import type { SqlOptions } from "./options.ts";
import { schemaVersion } from "./schema.ts";
import { type SqlServer, sessionWith } from "./server.ts";
import type { SqlSession } from "./session.ts";
import { SourceFiles } from "./source-files.ts";

const LINES_MAX = 1000;
const DAY_MS = 86_400_000;

export class SqlPresence implements Presence {
  readonly linesMax = LINES_MAX;
  readonly #options: Pick<SqlOptions, "records" | "request_timeout" | "retention_days">;
  readonly #server: SqlServer;
  readonly #session: SqlSession;
  readonly #sourceFiles: SourceFiles;

  constructor(options: SqlOptions, { clock, instance }: SinkContext, server: SqlServer) {
    this.#options = options;
    this.#server = server;
    this.#session = sessionWith(server, options.tls, clock);
    this.#sourceFiles = new SourceFiles(server.dialect, instance);
  }

  checkpoints(signal: AbortSignal): Promise<readonly Checkpoint[]> {
    return this.#ask(signal, async (connection) => {
      const version = await schemaVersion(connection, this.#server.dialect);
      return version === 0 ? [] : this.#sourceFiles.checkpoints(connection);
    });
  }

  copies(
    generation: Generation,
    lines: readonly SoughtLine[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    return this.#ask(signal, async (connection) => {
      const isThere = this.#options.records
        ? await this.#byRecord(connection, generation, lines)
        : await this.#byOffset(connection, generation);
      return lines.map(({ offset }) => (isThere(offset) ? 1 : 0));
    });
  }

  async retentionMs(): Promise<number | undefined> {
    const { retention_days } = this.#options;
    return retention_days === undefined ? undefined : retention_days * DAY_MS;
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async #byRecord(
    connection: SqlConnection,
    generation: Generation,
    lines: readonly SoughtLine[],
  ): Promise<(offset: number) => boolean> {
    const ids = lines.map(({ offset }) => documentId(generation, offset));
    const { statements } = this.#server.dialect;
    const query = statements.selectFrom("record").select("id").where("id", "in", ids).compile();
    const found = new Set(
      (await connection.query(query as CompiledQuery<{ id: string }>)).map(({ id }) => id),
    );
    return (offset) => found.has(documentId(generation, offset));
  }

  /** A line that was replayed lies before the offset as well. */
  async #byOffset(connection: SqlConnection, { id }: Generation): Promise<(offset: number) => boolean> {
    const { statements } = this.#server.dialect;
    const [row] = await connection.query(
      statements
        .selectFrom("source_file")
        .select("committed_offset")
        .where("generation_id", "=", id)
        .compile(),
    );
    const committedOffset = Number(row?.committed_offset ?? 0);
    return (offset) => offset < committedOffset;
  }

  async #ask<Answer>(
    signal: AbortSignal,
    work: (connection: SqlConnection) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await this.#session.run(work, this.#options.request_timeout, signal);
    } catch (error) {
      throw new PresenceFault(reportOn(error));
    }
  }
}
