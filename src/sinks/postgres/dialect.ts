/** PostgreSQL's SQL. */
import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from "kysely";
import { INTEGER_MAX } from "../../store/bucket.ts";
import type { SqlDialect } from "../sql/dialect.ts";
import type { Tables } from "../sql/tables.ts";
import { inTransaction } from "../sql/transaction.ts";
import { firstTables, pageTables } from "./schema.ts";

/** The advisory lock of all that make tables: the first eight bytes of the SHA-256 of `mem0-audit-shipper`. */
const LOCK = "4415878871240078630";

/** @param schema the tables' schema, safe to stand between double quotes */
export function postgresDialect(schema: string, place: string): SqlDialect {
  const statements = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }).withSchema(schema);
  return {
    statements,
    keepPresent: () => sql`ON CONFLICT DO NOTHING`,
    addToPresent: (table, columns) => {
      const sums = columns.map((column) => {
        const present = sql`${sql.id(table, column)}`;
        const added = sql`excluded.${sql.id(column)}`;
        const max = sql.raw(String(INTEGER_MAX));
        return sql`${sql.id(column)} = CASE WHEN ${present} > ${max} - ${added} THEN ${max} ELSE ${present} + ${added} END`;
      });
      return sql`ON CONFLICT (start_ms, key_id) DO UPDATE SET ${sql.join(sums)}`;
    },
    replacePresent: (keys, column) =>
      sql`ON CONFLICT (${sql.join(keys.map((key) => sql.id(key)))}) DO UPDATE SET ${sql.id(column)} = excluded.${sql.id(column)}`,
    schema: {
      name: `the schema ${schema} in ${place}`,
      findVersionTable: CompiledQuery.raw("SELECT 1 WHERE to_regclass($1) IS NOT NULL", [
        `"${schema}".schema_version`,
      ]),
      exclusively: (connection, work) =>
        inTransaction(connection, async () => {
          await connection.query(CompiledQuery.raw(`SELECT pg_advisory_xact_lock(${LOCK})`));
          // Even where the schema is there, CREATE SCHEMA needs a right to make schemas.
          const found = await connection.query(
            CompiledQuery.raw("SELECT 1 WHERE to_regnamespace($1) IS NOT NULL", [schema]),
          );
          if (found.length === 0) await connection.query(CompiledQuery.raw(`CREATE SCHEMA "${schema}"`));
          await work();
        }),
      migrations: async () => [firstTables(schema), pageTables(schema)],
    },
  };
}
