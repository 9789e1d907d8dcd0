/**
 * Goal: the tables are those of the documentation, migrating twice changes nothing, and an older database keeps its sums.
 * Method: an empty database, migrated; one of the version before, whose tables are written here by hand.
 */
import { expect, test } from "vitest";
import { BUCKET_DIMENSION_COLUMNS } from "../../../src/store/bucket.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { DAY, HOUR } from "../../../src/store/pages.ts";
import { migrate, SCHEMA_VERSION, schemaVersion } from "../../../src/store/schema.ts";
import type { Database } from "../../../src/system/sqlite.ts";
import { withDatabase } from "./sample-database.ts";
import { bucketsIn, pagesIn } from "./sample-pages.ts";
import { NOON_MS, requestRow, usageRow } from "./sample-rows.ts";
import { makeSampleStore } from "./sample-store.ts";

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
      "usage_key",
      "usage_page",
      "usage_repeated",
    ]);
    expect(schemaVersion(database)).toBe(SCHEMA_VERSION);
    migrate(database);
    expect(tables()).toEqual(first);
  });
});

test("there is a column for every dimension", () => {
  withDatabase((database) => {
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

/** What version 2 made of a database, as far as the present version changes it. */
const VERSION_2 = `
DROP VIEW usage;
DROP TABLE usage_page;
DROP TABLE usage_bucket;
DROP TABLE usage_repeated;
${["usage_bucket", "usage_hour", "usage_day"]
  .map(
    (name) => `CREATE TABLE ${name} (
  key_id INTEGER NOT NULL REFERENCES usage_key, start_ms INTEGER NOT NULL, requests INTEGER NOT NULL,
  errors INTEGER NOT NULL, usage_records INTEGER NOT NULL, llm_calls INTEGER NOT NULL, embedding_calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, total_picousd INTEGER NOT NULL,
  unpriced_records INTEGER NOT NULL, suspect_records INTEGER NOT NULL, lower_bound_picousd INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL, PRIMARY KEY (key_id, start_ms)) STRICT, WITHOUT ROWID;`,
  )
  .join("")}
CREATE TABLE usage_repeated (
  key_id INTEGER NOT NULL REFERENCES usage_key, start_ms INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, PRIMARY KEY (key_id, start_ms)) STRICT, WITHOUT ROWID;
CREATE VIEW usage AS
  SELECT strftime('%Y-%m-%dT%H:%M:%SZ', start_ms / 1000, 'unixepoch') AS start, usage_key.*, usage_bucket.*
  FROM usage_bucket JOIN usage_key ON usage_key.id = usage_bucket.key_id;
PRAGMA user_version = 2;
`;

const SUMS_OF_VERSION_2 =
  "key_id, start_ms, requests, errors, usage_records, llm_calls, embedding_calls, input_tokens, output_tokens, " +
  "total_picousd, unpriced_records, suspect_records, lower_bound_picousd, elapsed_ms";

/** Makes a database of the present version one of version 2, with the same buckets. */
function toVersion2(database: Database): void {
  database.execute(`
    CREATE TEMP TABLE bucket AS SELECT ${SUMS_OF_VERSION_2} FROM usage_bucket;
    CREATE TEMP TABLE repeated AS SELECT key_id, start_ms, input_tokens, output_tokens FROM usage_repeated;
    ${VERSION_2}
    INSERT INTO usage_bucket SELECT * FROM temp.bucket;
    INSERT INTO usage_repeated SELECT * FROM temp.repeated;
    DROP TABLE temp.bucket;
    DROP TABLE temp.repeated;`);
}

test("a database of version 2 keeps its sums and gets its pages", () => {
  const repeated = { calls: 3, quality: ["uniform_calls" as const] };
  const dayMs = 86_400_000;
  const rows = [-3 * dayMs - 1, 0, 1, 900_000, 4 * 3_600_000, dayMs, 40 * dayMs].flatMap((ms, index) => [
    requestRow({ timestampMs: NOON_MS + ms, elapsedMs: 100.5 * (index + 1) }),
    requestRow({ timestampMs: ms - 5 * dayMs, agentId: "before 1970", status: 500 }),
    usageRow({ timestampMs: NOON_MS + ms }, repeated),
  ]);
  const sample = makeSampleStore();
  try {
    const { database } = sample.store;
    sample.put(rows);
    const tables = () => [
      bucketsIn(database),
      database.prepare("SELECT * FROM usage_repeated ORDER BY start_ms, key_id").all([]),
      [HOUR, DAY].map((span) => pagesIn(database, span)),
    ];
    const asWritten = tables();
    toVersion2(database);
    migrate(database);
    expect(schemaVersion(database)).toBe(SCHEMA_VERSION);
    // How long the slowest request of a bucket took is known roughly only.
    const roughly = (_name: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
    const withoutSlowest = (all: unknown) => JSON.stringify(all, roughly).replaceAll(/"slowestMs":\d+/g, "");
    expect(withoutSlowest(tables())).toBe(withoutSlowest(asWritten));
    const migrated = bucketsIn(database);
    for (const [index, { amounts }] of (asWritten[0] as typeof migrated).entries()) {
      const slowestMs = migrated[index]?.amounts.slowestMs ?? 0;
      expect(slowestMs).toBeGreaterThanOrEqual(amounts.slowestMs);
      expect(slowestMs).toBeLessThanOrEqual(amounts.slowestMs + 101);
    }
    expect(database.prepare("SELECT COUNT(*) AS n FROM usage").all([])).toEqual([
      { n: BigInt(migrated.length) },
    ]);
  } finally {
    sample.remove();
  }
});
