/** Empty databases on real servers, and what of them a test wants to see and do besides the sinks. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import { MysqlConnection } from "../../src/sinks/mysql/connection.ts";
import { PostgresConnection } from "../../src/sinks/postgres/connection.ts";
import type { SqlConnection } from "../../src/sinks/sql/connection.ts";
import { SqlFault } from "../../src/sinks/sql/fault.ts";
import type { SqlPlace } from "../../src/sinks/sql/options.ts";
import type { Certificates } from "./certificates.ts";
import { type DatabaseServer, databaseIfPossible } from "./servers/local-server.ts";
import { startMariaDb } from "./servers/mariadb.ts";
import { startPostgres } from "./servers/postgres.ts";

export type SqlType = "postgres" | "mysql";

const CONNECT_ATTEMPTS = 100;
const CONNECT_PAUSE_MS = 100;
/** The schema that the tables are in by default: of PostgreSQL a part of the database, elsewhere the database. */
const SCHEMA = "mem0_audit";

/** Of the user that ships. */
export const PASSWORD = "pa'ss\"\\wörd";

type Row = Readonly<Record<string, unknown>>;

/** An empty database. */
export class SqlDatabase {
  readonly type: SqlType;
  readonly server: DatabaseServer;
  readonly name: string;
  readonly #connections: SqlConnection[] = [];

  constructor(type: SqlType, server: DatabaseServer, name: string) {
    this.type = type;
    this.server = server;
    this.name = name;
  }

  /** The least configuration of a sink that delivers here. */
  get configuration() {
    const { host, port } = this.server;
    return { host, port, database: this.name, username: this.name, password: PASSWORD };
  }

  /** The name of one of our tables, for statements. */
  table(name: string): string {
    return this.type === "postgres" ? `${SCHEMA}.${name}` : `\`${name}\``;
  }

  /** Runs a statement as the user who may do everything, on a connection of its own. */
  async query(statement: string, parameters: unknown[] = []): Promise<readonly Row[]> {
    const connection = await this.connect();
    try {
      return await connection.query(CompiledQuery.raw(statement, parameters) as CompiledQuery<Row>);
    } finally {
      await connection.end();
    }
  }

  /** The rows of one of our tables, in the order of these columns. */
  rows(table: string, columns = "*", order = "1"): Promise<readonly Row[]> {
    return this.query(`SELECT ${columns} FROM ${this.table(table)} ORDER BY ${order}`);
  }

  /** How many rows one of our tables has. */
  async count(table: string): Promise<number> {
    const [row] = await this.query(`SELECT COUNT(*) AS n FROM ${this.table(table)}`);
    return Number(row?.["n"]);
  }

  /** Our tables and views. */
  tables(): Promise<readonly Row[]> {
    const schema = this.type === "postgres" ? SCHEMA : this.name;
    return this.query(
      `SELECT table_name AS table_name FROM information_schema.tables WHERE table_schema = '${schema}'`,
    );
  }

  /** True once a sink has made its tables. */
  async hasTables(): Promise<boolean> {
    return (await this.tables()).length > 0;
  }

  /** A connection that stays open until the database is removed. */
  async connect(): Promise<SqlConnection> {
    const connection = await connectTo(this.type, this.server, this.name);
    this.#connections.push(connection);
    return connection;
  }

  /** Keeps the user that ships out, from its next connection on. */
  async lockUser(): Promise<void> {
    const { type, server, name } = this;
    await administer(
      type,
      server,
      type === "postgres" ? `ALTER USER ${name} NOLOGIN` : `ALTER USER ${name} ACCOUNT LOCK`,
    );
  }

  /** Removes the database and its user, whoever still uses it. */
  async remove(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    const force = this.type === "postgres" ? " WITH (FORCE)" : "";
    const statements = [`DROP DATABASE IF EXISTS ${this.name}${force}`, `DROP USER IF EXISTS ${this.name}`];
    await administer(this.type, this.server, ...statements);
  }
}

/** Makes an empty database, and a user of its name who may do in it what the documentation says is needed. */
export async function makeDatabase(type: SqlType, server: DatabaseServer): Promise<SqlDatabase> {
  const name = `test_${randomUUID().slice(0, 8)}`;
  const statements = {
    postgres: [
      `CREATE DATABASE ${name}`,
      `CREATE USER ${name} PASSWORD '${PASSWORD.replaceAll("'", "''")}'`,
      `GRANT CONNECT, CREATE ON DATABASE ${name} TO ${name}`,
    ],
    mysql: [
      `CREATE DATABASE ${name}`,
      `CREATE USER ${name} IDENTIFIED BY '${PASSWORD.replace(/[\\']/g, "\\$&")}'`,
      `GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, CREATE VIEW, DROP, REFERENCES, INDEX ON ${name}.* TO ${name}`,
    ],
  };
  await administer(type, server, ...statements[type]);
  return new SqlDatabase(type, server, name);
}

/** The servers that can be had here, with TLS on request; for describe.each. Whoever asks for them stops them. */
export async function sqlServers(
  certificates?: Certificates,
): Promise<readonly (readonly [SqlType, DatabaseServer])[]> {
  const postgres = await databaseIfPossible("PostgreSQL", () => startPostgres(certificates));
  const mysql = await databaseIfPossible("MariaDB", () => startMariaDb(certificates));
  return [
    ...(postgres === undefined ? [] : ([["postgres", postgres]] as const)),
    ...(mysql === undefined ? [] : ([["mysql", mysql]] as const)),
  ];
}

async function administer(
  type: SqlType,
  server: DatabaseServer,
  ...statements: readonly string[]
): Promise<void> {
  const connection = await connectTo(type, server, type === "postgres" ? "postgres" : "mysql");
  for (const statement of statements) await connection.query(CompiledQuery.raw(statement));
  await connection.end();
}

/** A server that has just been started may refuse for a moment. */
async function connectTo(type: SqlType, server: DatabaseServer, database: string): Promise<SqlConnection> {
  const { host, port, username, password } = server;
  const place: SqlPlace = { host, port, database, username, password };
  for (let attempt = 1; ; attempt++) {
    const connection =
      type === "postgres" ? new PostgresConnection(place, undefined) : new MysqlConnection(place, undefined);
    try {
      await connection.connect();
      return connection;
    } catch (error) {
      connection.destroy();
      const mayPass = error instanceof SqlFault && error.kind === "unavailable";
      if (!mayPass || attempt >= CONNECT_ATTEMPTS) throw error;
      await delay(CONNECT_PAUSE_MS);
    }
  }
}
