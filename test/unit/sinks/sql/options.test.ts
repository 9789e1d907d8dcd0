/**
 * Goal: a database is named in one way, completely, and wrong options are said where they stand.
 * Method: options of both products.
 */
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { mysqlOptions } from "../../../../src/sinks/mysql/options.ts";
import { postgresOptions } from "../../../../src/sinks/postgres/options.ts";
import { describePlace, placeOf } from "../../../../src/sinks/sql/options.ts";

function problems(options: object, schema: z.ZodType = postgresOptions): string[] {
  const parsed = schema.safeParse(options);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const place = (options: z.input<typeof postgresOptions>) => placeOf(postgresOptions.parse(options), 5432);

describe("a place", () => {
  const expected = { host: "db", port: 5432, database: "audit", username: "shipper", password: "p@ss" };

  test.each([
    ["a URL", { url: "postgres://shipper:p%40ss@db/audit" }],
    ["a URL and a password", { url: "postgresql://shipper@db:5432/audit", password: "p@ss" }],
    ["a URL and a user", { url: "postgres://db/audit", username: "shipper", password: "p@ss" }],
    ["options alone", { host: "db", database: "audit", username: "shipper", password: "p@ss" }],
  ])("is named by %s", (_, options) => {
    expect(place(options)).toEqual(expected);
  });

  test("may be an IPv6 address", () => {
    expect(place({ url: "postgres://u@[::1]:7/a" })).toMatchObject({ host: "::1", port: 7 });
  });

  test("is described without the user", () => {
    expect(describePlace(expected)).toBe("db:5432/audit");
  });
});

describe("what names no place, or two, is refused", () => {
  test.each([
    [
      {},
      ["host: expected host, or a url that says it", "database: expected database, or a url that says it"],
    ],
    [{ url: "postgres://u@db/a", host: "other" }, ["host: expected either url or host, found both"]],
    [{ url: "postgres://u@db" }, ["url: expected the name of a database at its end, found none"]],
    [{ url: "postgres://db/a" }, ["username: expected a user here or in url, found none"]],
    [{ url: "postgres://u@db/a", username: "u" }, ["username: expected it once, found it in url as well"]],
    [{ url: "postgres://u:p@db/a", password: "p" }, ["password: expected it once, found it in url as well"]],
    [
      { url: "postgres://u@db/a?sslmode=require" },
      ["url: expected a URL without ? and #: what they would say are options beside it"],
    ],
    [{ url: "mysql://u@db/a" }, ["url: expected a URL like postgres://user@host:5432/database"]],
  ])("%j", (options, expected) => {
    expect(problems(options)).toEqual(expect.arrayContaining(expected));
  });
});

test("each product has its own URLs", () => {
  expect(problems({ url: "mariadb://u@db/a" }, mysqlOptions)).toEqual([]);
  expect(problems({ url: "postgres://u@db/a" }, mysqlOptions)).toHaveLength(1);
});
