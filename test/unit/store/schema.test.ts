/**
 * Goal: the tables are those of the documentation, and migrating twice changes nothing.
 * Method: an empty database, migrated.
 */
import { expect, test } from "vitest";
import { BUCKET_DIMENSION_COLUMNS, GRAINS } from "../../../src/store/bucket.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { migrate, SCHEMA_VERSION, schemaVersion } from "../../../src/store/schema.ts";
import { withDatabase } from "./sample-database.ts";
import { requestRow } from "./sample-rows.ts";

test("an empty database becomes one of the present version, once", () => {
  withDatabase((database) => {
    const tables = () =>
      database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all([]);
    const first = tables();
    expect(first.map(({ name }) => name)).toEqual([
      "price",
      "record",
      "replayed_line",
      "source_file",
      "usage_bucket",
      "usage_day",
      "usage_hour",
      "usage_key",
      "usage_repeated",
    ]);
    expect(schemaVersion(database)).toBe(SCHEMA_VERSION);
    migrate(database);
    expect(tables()).toEqual(first);
  });
});

test("there is a table for every grain and a column for every dimension", () => {
  withDatabase((database) => {
    for (const { table } of GRAINS) expect(database.prepare(`SELECT * FROM ${table}`).all([])).toEqual([]);
    expect(database.prepare(`SELECT ${BUCKET_DIMENSION_COLUMNS.join()} FROM usage_key`).all([])).toEqual([]);
  });
});

test("the view `usage` can be read by people", () => {
  withDatabase((database) => {
    new BucketWriter(database).addRows([requestRow()]);
    expect(database.prepare("SELECT start, agent_id, requests FROM usage").all([])).toEqual([
      { start: "2026-11-21T12:00:00Z", agent_id: "dev", requests: 1n },
    ]);
  });
});
