/**
 * Goal: all tables and the view are made in the schema of the configuration.
 * Method: the statements. What they make is used in test/integration/sql.test.ts.
 */
import { expect, test } from "vitest";
import { firstTables } from "../../../../src/sinks/postgres/schema.ts";

test("everything stands in the schema", () => {
  const made = firstTables("own").map(({ sql }) => /^CREATE (?:TABLE|VIEW) ("\w+"\."\w+")/.exec(sql)?.[1]);
  const names = [
    "schema_version",
    "source_file",
    "record",
    "replayed_line",
    "usage_key",
    "usage_bucket",
    "api_usage",
  ];
  expect(made.filter((name) => name !== undefined)).toEqual(names.map((name) => `"own"."${name}"`));
});
