/**
 * Goal: the schema is a name that can stand in statements.
 * Method: names that are fine, and such that are not.
 */
import { expect, test } from "vitest";
import { postgresOptions } from "../../../../src/sinks/postgres/options.ts";

const withSchema = (schema?: string) => postgresOptions.safeParse({ url: "postgres://u@db/a", schema });

test("it is mem0_audit by default", () => {
  expect(withSchema().data?.schema).toBe("mem0_audit");
});

test.each([
  ["public", true],
  ["_audit_2", true],
  ["Audit", false],
  ['a"b', false],
  ["a-b", false],
  ["", false],
])("%j", (schema, isFine) => {
  expect(withSchema(schema).success).toBe(isFine);
});
