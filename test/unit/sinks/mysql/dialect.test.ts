/**
 * Goal: tables are made under a lock, with a collation that tells all names apart on either product.
 * Method: a scripted connection that answers as a MariaDB or a MySQL would.
 */
import { expect, test } from "vitest";
import { mysqlDialect } from "../../../../src/sinks/mysql/dialect.ts";
import { ScriptedConnection } from "../sql/scripted-connection.ts";

const dialect = mysqlDialect("audit", "db:3306/audit");
const answering = (answer: unknown) => new ScriptedConnection(() => [{ answer }]);

test.each([
  ["10.11.19-MariaDB-0+deb12u1", "utf8mb4_nopad_bin"],
  ["8.4.3", "utf8mb4_0900_bin"],
])("the collation of %s is %s", async (version, collation) => {
  const steps = await dialect.schema.migrations(answering(version));
  const tables = steps.flat().filter(({ sql }) => sql.includes("COLLATE"));
  expect(tables).toHaveLength(5);
  for (const { sql } of tables) {
    expect(new Set(sql.match(/COLLATE \w+/g))).toEqual(new Set([`COLLATE ${collation}`]));
  }
});

test("work is done between taking and leaving the lock", async () => {
  const connection = answering("1");
  await dialect.schema.exclusively(connection, async () => void (await connection.query(marker)));
  expect(connection.statements.map(({ sql }) => sql)).toEqual([
    "SELECT GET_LOCK(?, 20) AS answer",
    marker.sql,
    "SELECT RELEASE_LOCK(?) AS answer",
  ]);
  expect(connection.statements[0]?.parameters).toEqual(["mem0-audit audit"]);
});

test("a lock that another shipper holds is waited for, not for ever", async () => {
  const work = dialect.schema.exclusively(answering("0"), async () => undefined);
  await expect(work).rejects.toMatchObject({ kind: "unavailable", reason: "locked" });
});

const marker = dialect.statements.selectFrom("schema_version").select("version").compile();
