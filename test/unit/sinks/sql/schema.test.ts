/**
 * Goal: tables are made once, by one shipper at a time, only where that is wanted, and never over newer ones.
 * Method: a scripted connection that has tables of a version, or none.
 */
import { expect, test } from "vitest";
import { ensureSchema, isPresent, SCHEMA_VERSION, schemaVersion } from "../../../../src/sinks/sql/schema.ts";
import { dialect, ScriptedConnection } from "./scripted-connection.ts";

/** Finds these versions, one after the other; undefined: there is no table. */
function withVersions(...versions: readonly (number | undefined)[]): ScriptedConnection {
  let asked = 0;
  const present = () => versions[Math.min(asked, versions.length - 1)];
  return new ScriptedConnection((sql) => {
    if (sql.includes("to_regclass")) {
      if (present() !== undefined) return [{}];
      asked++;
      return [];
    }
    if (!sql.startsWith("select")) return [];
    const version = present();
    asked++;
    return [{ version }];
  });
}

test("tables that are there are left alone", async () => {
  const connection = withVersions(SCHEMA_VERSION);
  await ensureSchema(connection, dialect, true);
  expect(connection.log.some((entry) => entry.startsWith("CREATE"))).toBe(false);
});

test("tables are made in one transaction under a lock, and the version is noted last", async () => {
  const connection = withVersions(undefined);
  await ensureSchema(connection, dialect, true);
  const all = connection.statements.map(({ sql }) => sql);
  expect(all.slice(1, 3)).toEqual(["BEGIN", expect.stringContaining("pg_advisory_xact_lock")]);
  expect(all).toContain('CREATE SCHEMA "mem0_audit"');
  expect(all.filter((sql) => sql.startsWith("CREATE TABLE"))).toHaveLength(11);
  expect(all.slice(-2)).toEqual([
    expect.stringMatching(/^insert into "mem0_audit"."schema_version"/),
    "COMMIT",
  ]);
});

test("where another shipper was faster, nothing is made", async () => {
  const connection = withVersions(undefined, SCHEMA_VERSION);
  await ensureSchema(connection, dialect, true);
  expect(connection.statements.some(({ sql }) => sql.startsWith("CREATE TABLE"))).toBe(false);
});

test("with create: false missing tables are said in one sentence", async () => {
  await expect(ensureSchema(withVersions(undefined), dialect, false)).rejects.toMatchObject({
    kind: "blocked",
    message:
      "the schema mem0_audit in db:5432/audit has no tables yet: set create: true once, with a user who may make tables",
  });
});

test("tables of a newer program are refused", async () => {
  const newer = SCHEMA_VERSION + 1;
  await expect(ensureSchema(withVersions(newer), dialect, true)).rejects.toMatchObject({
    kind: "blocked",
    reason: "newer_schema",
    message: expect.stringMatching(/^the schema mem0_audit in .* newer mem0-audit-shipper \(schema 3, .*\)/),
  });
});

test("the version of nothing is 0, and that is not the present one", async () => {
  expect(await schemaVersion(withVersions(undefined), dialect)).toBe(0);
  expect([0, SCHEMA_VERSION].map((version) => isPresent(version, dialect))).toEqual([false, true]);
});
