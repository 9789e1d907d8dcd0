/**
 * The tables of the embedded store and how an older database becomes a present one.
 *
 * `record` and `usage_bucket` may be read by anyone (`sqlite3 state/store.db`); the view `usage` joins the
 * buckets with what they stand for. `usage_hour` and `usage_day` repeat the buckets in coarser grains. `price` and
 * `usage_repeated` are what `usage reprice` needs beside them.
 */
import type { Database } from "../system/sqlite.ts";

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

/** One step per version: a database of version n has seen the first n. Steps are never changed, only added. */
const MIGRATIONS: readonly string[] = [FIRST_TABLES, REPRICING_TABLES];

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
    for (const step of MIGRATIONS.slice(present)) database.execute(step);
    database.execute(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}
