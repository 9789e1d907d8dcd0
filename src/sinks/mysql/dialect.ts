/** The SQL of MySQL and MariaDB. */
import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  sql,
} from "kysely";
import { INTEGER_MAX } from "../../store/bucket.ts";
import type { SqlConnection } from "../sql/connection.ts";
import type { SqlDialect } from "../sql/dialect.ts";
import { SqlFault } from "../sql/fault.ts";
import type { Tables } from "../sql/tables.ts";
import { BUCKETS_BY_TIME, FIND_BUCKETS_BY_TIME, firstTables, pageTables } from "./schema.ts";

/** How long to wait for another shipper that makes the tables. */
const LOCK_SECONDS = 20;

/** @param database name of the database, part of the lock's name */
export function mysqlDialect(database: string, place: string): SqlDialect {
  const statements = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new MysqlIntrospector(kysely),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  });
  return {
    statements,
    keepPresent: (column) => sql`ON DUPLICATE KEY UPDATE ${sql.id(column)} = ${sql.id(column)}`,
    addToPresent: (_table, columns) => {
      const sums = columns.map((column) => {
        const present = sql.id(column);
        // MySQL alone knows another name for it, MariaDB this one only.
        const added = sql`VALUES(${present})`;
        const max = sql.raw(String(INTEGER_MAX));
        return sql`${present} = CASE WHEN ${present} > ${max} - ${added} THEN ${max} ELSE ${present} + ${added} END`;
      });
      return sql`ON DUPLICATE KEY UPDATE ${sql.join(sums)}`;
    },
    replacePresent: (_keys, column) =>
      sql`ON DUPLICATE KEY UPDATE ${sql.id(column)} = VALUES(${sql.id(column)})`,
    schema: {
      name: place,
      findVersionTable: CompiledQuery.raw(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_version'",
      ),
      exclusively: (connection, work) => underLock(connection, database, place, work),
      migrations: async (connection) => {
        const collation = await binaryCollation(connection);
        const hasIndex = (await connection.query(FIND_BUCKETS_BY_TIME)).length > 0;
        return [firstTables(collation), [...pageTables(collation), ...(hasIndex ? [] : [BUCKETS_BY_TIME])]];
      },
    },
  };
}

async function underLock(
  connection: SqlConnection,
  database: string,
  place: string,
  work: () => Promise<void>,
): Promise<void> {
  // Names of locks have at most 64 characters and belong to the whole server.
  const name = `mem0-audit ${database}`.slice(0, 64);
  const taken = await ask(connection, `SELECT GET_LOCK(?, ${LOCK_SECONDS}) AS answer`, [name]);
  if (Number(taken) !== 1) {
    const message = `another shipper has been making the tables in ${place} for ${LOCK_SECONDS} seconds`;
    throw new SqlFault("unavailable", "locked", message);
  }
  await work();
  // After a fault the connection is dropped, and the lock with it.
  await ask(connection, "SELECT RELEASE_LOCK(?) AS answer", [name]);
}

/** The collation that compares bytes and does not pad: under `utf8mb4_bin` a name equals itself with a space. */
async function binaryCollation(connection: SqlConnection): Promise<string> {
  const version = await ask(connection, "SELECT VERSION() AS answer");
  return /mariadb/i.test(String(version)) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
}

async function ask(
  connection: SqlConnection,
  statement: string,
  parameters: unknown[] = [],
): Promise<unknown> {
  const query = CompiledQuery.raw(statement, parameters) as CompiledQuery<{ readonly answer: unknown }>;
  const [row] = await connection.query(query);
  return row?.answer;
}
