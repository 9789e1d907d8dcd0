/**
 * Goal: a start that was broken off in the middle can be repeated.
 * Method: the statements. What they make is used in test/integration/sql.test.ts.
 */
import { expect, test } from "vitest";
import { firstTables } from "../../../../src/sinks/mysql/schema.ts";

test("each statement may have been run before", () => {
  const statements = firstTables("utf8mb4_nopad_bin").map(({ sql }) => sql);
  expect(statements).toHaveLength(7);
  for (const sql of statements) expect(sql).toMatch(/^CREATE (?:TABLE IF NOT EXISTS|OR REPLACE SQL)/);
});
