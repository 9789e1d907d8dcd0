/**
 * Goal: a sink into MySQL needs no more than the address of its database.
 * Method: the least options.
 */
import { expect, test } from "vitest";
import { mysqlOptions } from "../../../../src/sinks/mysql/options.ts";

test("the rest has a default", () => {
  expect(mysqlOptions.parse({ url: "mysql://u@db/a" })).toMatchObject({
    create: true,
    records: true,
    batch: { max_bytes: 1024 * 1024, max_records: 1000, max_wait: 200 },
    request_timeout: 60_000,
  });
});

test("there are no schemas", () => {
  expect(mysqlOptions.safeParse({ url: "mysql://u@db/a", schema: "x" }).success).toBe(false);
});
