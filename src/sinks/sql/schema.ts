/** Makes the tables, and brings those of an older version to the present one. */
import type { SqlConnection } from "./connection.ts";
import type { SqlDialect } from "./dialect.ts";
import { SqlFault } from "./fault.ts";

/** The version that this program writes. */
export const SCHEMA_VERSION = 2;

/** The version of the tables: 0 if there are none. */
export async function schemaVersion(
  connection: SqlConnection,
  { statements, schema }: SqlDialect,
): Promise<number> {
  if ((await connection.query(schema.findVersionTable)).length === 0) return 0;
  const versions = await connection.query(
    statements.selectFrom("schema_version").select("version").compile(),
  );
  return Math.max(0, ...versions.map(({ version }) => version));
}

/**
 * Brings the tables to the present version, whoever else tries it at the same time.
 *
 * @param mayCreate false if somebody else makes and changes tables
 * @throws SqlFault if the tables are of a newer program, or not there and may not be made
 */
export async function ensureSchema(
  connection: SqlConnection,
  dialect: SqlDialect,
  mayCreate: boolean,
): Promise<void> {
  const found = await schemaVersion(connection, dialect);
  if (isPresent(found, dialect)) return;
  if (!mayCreate) throw new SqlFault("blocked", "no_tables", tablesMissing(found, dialect));
  await dialect.schema.exclusively(connection, () => migrate(connection, dialect));
}

/** True if the tables are of the present version. Throws a `SqlFault` if they are of a newer one. */
export function isPresent(version: number, { schema }: SqlDialect): boolean {
  if (version <= SCHEMA_VERSION) return version === SCHEMA_VERSION;
  const message = `${schema.name} was written by a newer mem0-audit-shipper (schema ${version}, this one knows ${SCHEMA_VERSION}): start the newer program, or name another place`;
  throw new SqlFault("blocked", "newer_schema", message);
}

export function tablesMissing(version: number, { schema }: SqlDialect): string {
  const found = version === 0 ? "has no tables yet" : `has tables of the older version ${version}`;
  return `${schema.name} ${found}: set create: true once, with a user who may make tables`;
}

async function migrate(connection: SqlConnection, dialect: SqlDialect): Promise<void> {
  const { statements, schema } = dialect;
  const found = await schemaVersion(connection, dialect);
  // Somebody else may have been faster.
  if (isPresent(found, dialect)) return;
  const steps = await schema.migrations(connection);
  for (const statement of steps.slice(found).flat()) await connection.query(statement);
  const row = { version: SCHEMA_VERSION };
  await connection.query(
    found === 0
      ? statements.insertInto("schema_version").values(row).compile()
      : statements.updateTable("schema_version").set(row).compile(),
  );
}
