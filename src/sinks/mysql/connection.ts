/** A connection to MySQL or MariaDB by its usual driver. */
import { connect, type Socket } from "node:net";
import { CompiledQuery } from "kysely";
import { type Connection, createConnection } from "mysql2";
import type { TlsMaterial } from "../http/tls.ts";
import type { SqlConnection } from "../sql/connection.ts";
import { describePlace, type SqlPlace } from "../sql/options.ts";
import { mysqlFault } from "./fault.ts";

/**
 * Values that do not fit are errors, and text is escaped as the driver does it. Batches lock rows, not the gaps
 * between them, so two shippers rarely wait for each other.
 */
const SETTINGS = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'",
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

/** More than this at once only costs memory, whatever the server takes. */
const STATEMENT_BYTES_MAX = 32 * 1024 * 1024;
/** The text of the statement around its values. */
const STATEMENT_BYTES_BESIDE_VALUES = 4096;

export class MysqlConnection implements SqlConnection {
  readonly #connection: Connection;
  readonly #place: string;
  /** Ours, since the driver cannot end a connection while it waits for an answer. */
  readonly #socket: Socket;
  #statementBytesMax = 0;

  constructor(place: SqlPlace, tls: TlsMaterial | undefined) {
    const { host, port, database, username, password } = place;
    this.#place = describePlace(place);
    this.#socket = connect({ host, port, keepAlive: true, noDelay: true });
    // Where `host` is an address the driver names nobody whose certificate it wants; Node then goes by this.
    Object.assign(this.#socket, { _host: host });
    this.#connection = createConnection({
      ...{ host, port, database, password },
      user: username,
      ...(tls !== undefined && { ssl: tlsSettings(tls) }),
      charset: "utf8mb4",
      // Whole numbers of 64 bits as text: a number does not hold them.
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      // The session has a time limit of its own.
      connectTimeout: 0,
      stream: this.#socket,
    });
    // An idle connection may end: the next statement on it says so.
    this.#connection.on("error", () => undefined);
  }

  get statementBytesMax(): number {
    return this.#statementBytesMax;
  }

  async connect(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#connection.connect((error) => (error === null ? resolve() : reject(this.#fault(error))));
    });
    for (const setting of SETTINGS) await this.query(CompiledQuery.raw(setting));
    const [limits] = await this.query(
      CompiledQuery.raw("SELECT @@max_allowed_packet AS bytes") as CompiledQuery<{ readonly bytes: unknown }>,
    );
    const serverMax = Number(limits?.bytes) - STATEMENT_BYTES_BESIDE_VALUES;
    this.#statementBytesMax = Math.min(STATEMENT_BYTES_MAX, serverMax);
  }

  query<Row>({ sql, parameters }: CompiledQuery<Row>): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      this.#connection.query(sql, [...parameters], (error, rows) => {
        if (error !== null) reject(this.#fault(error));
        // Statements without an answer give a summary instead of rows.
        else resolve(Array.isArray(rows) ? (rows as Row[]) : []);
      });
    });
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once("close", () => resolve());
      this.#connection.end();
      // Once the goodbye is on its way nothing is waited for: the server may be frozen.
      this.#socket.destroySoon();
      if (this.#socket.closed) resolve();
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #fault(error: unknown) {
    return mysqlFault(error, this.#place);
  }
}

function tlsSettings({ ca, cert, key, rejectUnauthorized }: TlsMaterial) {
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    rejectUnauthorized,
    verifyIdentity: rejectUnauthorized,
  };
}
