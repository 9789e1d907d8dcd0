/**
 * Goal: the schema is made where it is missing, and not asked for where it is there: that needs a right of its own.
 * Method: a scripted connection.
 */
import { expect, test } from "vitest";
import { dialect, ScriptedConnection } from "../sql/scripted-connection.ts";

test.each([
  [true, ["work"]],
  [false, ['CREATE SCHEMA "mem0_audit"', "work"]],
])("a schema that is there: %s", async (isThere, expected) => {
  const connection = new ScriptedConnection((sql) =>
    sql.includes("to_regnamespace") && isThere ? [{}] : [],
  );
  const done: string[] = [];
  await dialect.schema.exclusively(connection, async () => {
    done.push(
      ...connection.statements.map(({ sql }) => sql).filter((sql) => sql.startsWith("CREATE")),
      "work",
    );
  });
  expect(done).toEqual(expected);
  expect(connection.log.at(-1)).toBe("COMMIT");
});
