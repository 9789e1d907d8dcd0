/**
 * The tables of the embedded store and how an older database becomes a present one.
 *
 * `record` and `usage_bucket` may be read by anyone (`sqlite3 state/store.db`); the view `usage` joins the
 * buckets with what they stand for. `usage_page` repeats the buckets for questions, in a form of our own. `price` and
 * `usage_repeated` are what `usage reprice` needs beside them.
 */
import type { Database } from "../system/sqlite.ts";
import { PageWriter } from "./page-writer.ts";
import { HOUR } from "./pages.ts";

/** Sums per key and start of the span that the table's rows cover: a quarter of an hour, an hour, a day. */
function sumsTable(name: string): string {
  return `
CREATE TABLE ${name} (
  key_id INTEGER NOT NULL REFERENCES usage_key,
  start_ms INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  usage_records INTEGER NOT NULL,
  llm_calls INTEGER NOT NULL,
  embedding_calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  total_picousd INTEGER NOT NULL,
  unpriced_records INTEGER NOT NULL,
  suspect_records INTEGER NOT NULL,
  lower_bound_picousd INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  PRIMARY KEY (key_id, start_ms)
) STRICT, WITHOUT ROWID;`;
}

const FIRST_TABLES = `
CREATE TABLE source_file (
  generation_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  day TEXT,
  first_line_sha256 TEXT NOT NULL,
  generation_number INTEGER NOT NULL,
  committed_offset INTEGER NOT NULL,
  tail_sha256 TEXT NOT NULL,
  last_timestamp TEXT,
  seen_as TEXT NOT NULL,
  inode TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
  id TEXT PRIMARY KEY,
  ts_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  route_group TEXT NOT NULL,
  url_template TEXT,
  path TEXT,
  method TEXT,
  status INTEGER,
  elapsed_ms REAL,
  agent_id TEXT,
  user_id TEXT,
  organization_id TEXT,
  team TEXT,
  api_key_hash TEXT,
  api_key_alias TEXT,
  model TEXT,
  price_id TEXT,
  total_picousd INTEGER,
  line BLOB NOT NULL
) STRICT;
CREATE INDEX record_by_time ON record (ts_ms);

CREATE TABLE replayed_line (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE usage_key (
  id INTEGER PRIMARY KEY,
  category TEXT,
  route_group TEXT NOT NULL,
  url_template TEXT,
  status INTEGER,
  organization_id TEXT,
  api_key_hash TEXT,
  api_key_alias TEXT,
  agent_id TEXT,
  user_id TEXT,
  model TEXT,
  model_source TEXT,
  price_id TEXT,
  -- All of the above as one JSON array: NULLs are equal in it, which they are not in a UNIQUE of columns.
  identity TEXT NOT NULL UNIQUE
) STRICT;

${sumsTable("usage_bucket")}
${sumsTable("usage_hour")}
${sumsTable("usage_day")}
CREATE VIEW usage AS
  SELECT strftime('%Y-%m-%dT%H:%M:%SZ', start_ms / 1000, 'unixepoch') AS start, usage_key.*, usage_bucket.*
  FROM usage_bucket JOIN usage_key ON usage_key.id = usage_bucket.key_id;
`;

/** What it takes to compute costs again from buckets alone: the rates of prices, and what lower bounds leave out. */
const REPRICING_TABLES = `
CREATE TABLE price (
  price_id TEXT PRIMARY KEY,
  -- Pico-dollars per token: a whole number, or a fraction like 7200001/10.
  input_rate TEXT NOT NULL,
  output_rate TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_repeated (
  key_id INTEGER NOT NULL REFERENCES usage_key,
  start_ms INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  PRIMARY KEY (key_id, start_ms)
) STRICT, WITHOUT ROWID;
`;

/**
 * Sums in the order of time, so that a batch changes neighbours, and pages of them instead of hours and days.
 *
 * What took longest in the buckets from before is not known, so it is what took longest in that quarter of all records
 * that are kept, and no more than the durations of the bucket together.
 */
const PAGES = `
DROP VIEW usage;
DROP TABLE usage_hour;
DROP TABLE usage_day;
ALTER TABLE usage_bucket RENAME TO old_bucket;
ALTER TABLE usage_repeated RENAME TO old_repeated;

CREATE TABLE usage_bucket (
  start_ms INTEGER NOT NULL,
  key_id INTEGER NOT NULL REFERENCES usage_key,
  requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  usage_records INTEGER NOT NULL,
  llm_calls INTEGER NOT NULL,
  embedding_calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  total_picousd INTEGER NOT NULL,
  unpriced_records INTEGER NOT NULL,
  suspect_records INTEGER NOT NULL,
  lower_bound_picousd INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  -- No request took longer.
  slowest_ms INTEGER NOT NULL,
  PRIMARY KEY (start_ms, key_id)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE slowest (start_ms INTEGER PRIMARY KEY, ms INTEGER);
INSERT INTO slowest
SELECT ts_ms - (ts_ms % 900000 + 900000) % 900000, CAST(MIN(MAX(elapsed_ms), 1e15) AS INTEGER) + 1
FROM record WHERE kind = 'request' AND elapsed_ms >= 0 GROUP BY 1;
INSERT INTO usage_bucket
SELECT b.start_ms, key_id, requests, errors, usage_records, llm_calls, embedding_calls, input_tokens, output_tokens,
  total_picousd, unpriced_records, suspect_records, lower_bound_picousd, elapsed_ms,
  MIN(elapsed_ms + requests, COALESCE(slowest.ms, elapsed_ms + requests))
FROM old_bucket b LEFT JOIN slowest ON slowest.start_ms = b.start_ms
ORDER BY b.start_ms, key_id;
DROP TABLE slowest;
DROP TABLE old_bucket;

CREATE TABLE usage_repeated (
  start_ms INTEGER NOT NULL,
  key_id INTEGER NOT NULL REFERENCES usage_key,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  PRIMARY KEY (start_ms, key_id)
) STRICT, WITHOUT ROWID;
INSERT INTO usage_repeated
SELECT start_ms, key_id, input_tokens, output_tokens FROM old_repeated ORDER BY start_ms, key_id;
DROP TABLE old_repeated;

CREATE TABLE usage_page (
  span_ms INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  sums BLOB NOT NULL,
  PRIMARY KEY (span_ms, start_ms)
) STRICT;

CREATE VIEW usage AS
  SELECT strftime('%Y-%m-%dT%H:%M:%SZ', start_ms / 1000, 'unixepoch') AS start, usage_key.*, usage_bucket.*
  FROM usage_bucket JOIN usage_key ON usage_key.id = usage_bucket.key_id;
`;

/** Makes the pages of all buckets. */
function makePages(database: Database): void {
  const hours = database
    .prepare(
      `SELECT DISTINCT start_ms - (start_ms % ${HOUR.ms} + ${HOUR.ms}) % ${HOUR.ms} AS start_ms FROM usage_bucket`,
    )
    .all([]);
  new PageWriter(database).makeAgain(hours.map(({ start_ms }) => Number(start_ms)));
}

/** One step per version: a database of version n has seen the first n. Steps are never changed, only added. */
const MIGRATIONS: readonly ((database: Database) => void)[] = [
  (database) => database.execute(FIRST_TABLES),
  (database) => database.execute(REPRICING_TABLES),
  (database) => {
    database.execute(PAGES);
    makePages(database);
  },
];

/** The version this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The version of a database: 0 if it is empty, above `SCHEMA_VERSION` if a newer program wrote it. */
export function schemaVersion(database: Database): number {
  return Number(database.prepare("PRAGMA user_version").all([])[0]?.["user_version"] ?? 0);
}

/** Brings a database of an older version to the present one. */
export function migrate(database: Database): void {
  database.transaction(() => {
    const present = schemaVersion(database);
    for (const step of MIGRATIONS.slice(present)) step(database);
    database.execute(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}
