/** A connection without a server: it notes the statements and answers as the test says. */
import type { CompiledQuery } from "kysely";
import { postgresDialect } from "../../../../src/sinks/postgres/dialect.ts";
import type { SqlConnection } from "../../../../src/sinks/sql/connection.ts";
import { SqlFault } from "../../../../src/sinks/sql/fault.ts";
import { SCHEMA_VERSION } from "../../../../src/sinks/sql/schema.ts";
import { SqlSession } from "../../../../src/sinks/sql/session.ts";
import type { Clock } from "../../../../src/system/clock.ts";

export const PLACE = "db:5432/audit";
export const dialect = postgresDialect("mem0_audit", PLACE);

/** The rows of an answer; throws the fault that the server would give. */
type Answer = (sql: string, parameters: readonly unknown[]) => readonly object[];

/** Tables of the present version, of which nothing is stored yet. */
export const EMPTY_TABLES: Answer = (sql) => {
  if (sql.includes("to_regclass")) return [{}];
  return sql.includes('"schema_version"') ? [{ version: SCHEMA_VERSION }] : [];
};

export class ScriptedConnection implements SqlConnection {
  statementBytesMax = 1_000_000;
  readonly statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  isOpen = false;
  ends = 0;
  destroyed = 0;
  #answer: Answer;

  constructor(answer: Answer = EMPTY_TABLES) {
    this.#answer = answer;
  }

  /** The kinds of statements so far, and the tables they go to: `insert record`. */
  get log(): string[] {
    return this.statements.map(({ sql }) => {
      const [, verb = sql, table] =
        /^(\w+)(?: into| from| .*? from)? ?(?:"mem0_audit"\.)?(?:"(\w+)")?/i.exec(sql) ?? [];
      return table === undefined ? sql : `${verb} ${table}`;
    });
  }

  async connect(): Promise<void> {
    this.isOpen = true;
  }

  async query<Row>({ sql, parameters }: CompiledQuery<Row>): Promise<readonly Row[]> {
    this.statements.push({ sql, parameters });
    return this.#answer(sql, parameters) as readonly Row[];
  }

  async end(): Promise<void> {
    this.ends++;
  }

  destroy(): void {
    this.destroyed++;
  }
}

export const dataFault = () => new SqlFault("data", "22001", "PostgreSQL refuses a value (SQLSTATE 22001)");
export const networkFault = () =>
  new SqlFault("unavailable", "network", `${PLACE} cannot be reached: ECONNRESET`);

/** A session whose connections are these, one after the other, the last for ever. */
export function sessionOf(clock: Clock, ...connections: readonly SqlConnection[]): SqlSession {
  let made = 0;
  const makeConnection = async () => {
    const connection = connections[Math.min(made++, connections.length - 1)];
    if (connection === undefined) throw networkFault();
    return connection;
  };
  return new SqlSession({ makeConnection, clock, place: PLACE });
}
