/** A connection to PostgreSQL by its usual driver. */
import { Socket } from "node:net";
import type { CompiledQuery } from "kysely";
// @ts-expect-error: the driver has no types; what is used of it stands below.
import pg from "pg";
import type { TlsMaterial } from "../http/tls.ts";
import type { SqlConnection } from "../sql/connection.ts";
import { describePlace, type SqlPlace } from "../sql/options.ts";
import { postgresFault } from "./fault.ts";

interface DriverClient {
  connect(): Promise<void>;
  query(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  end(): Promise<void>;
  on(event: "error", listener: () => void): void;
}

interface DriverSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly ssl: false | (TlsMaterial & { readonly host: string });
  readonly stream: () => Socket;
  readonly keepAlive: boolean;
  readonly application_name: string;
}

const Client = pg.Client as new (settings: DriverSettings) => DriverClient;

export class PostgresConnection implements SqlConnection {
  /** The server takes up to a gigabyte; this keeps its memory and ours small. */
  readonly statementBytesMax = 32 * 1024 * 1024;
  readonly #client: DriverClient;
  readonly #place: string;
  /** Ours, since the driver cannot end a connection at once. */
  readonly #socket = new Socket();

  constructor(place: SqlPlace, tls: TlsMaterial | undefined) {
    const { host, port, database, username, password } = place;
    this.#place = describePlace(place);
    this.#client = new Client({
      ...{ host, port, database, password },
      user: username,
      // The certificate is checked against this host, also where it is an address.
      ssl: tls === undefined ? false : { ...tls, host },
      stream: () => this.#socket,
      keepAlive: true,
      application_name: "mem0-audit-shipper",
    });
    // An idle connection may end: the next statement on it says so.
    this.#client.on("error", () => undefined);
  }

  connect(): Promise<void> {
    return this.#client.connect().catch((error: unknown) => this.#fail(error));
  }

  async query<Row>({ sql, parameters }: CompiledQuery<Row>): Promise<readonly Row[]> {
    const { rows } = await this.#client
      .query(sql, parameters)
      .catch((error: unknown): never => this.#fail(error));
    return rows as readonly Row[];
  }

  async end(): Promise<void> {
    const ended = this.#client.end();
    // Once the goodbye is on its way nothing is waited for: the server may be frozen.
    this.#socket.destroySoon();
    await ended.catch(() => undefined);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #fail(error: unknown): never {
    throw postgresFault(error, this.#place);
  }
}
