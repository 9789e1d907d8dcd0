/** The tables in MySQL and MariaDB. */
import { CompiledQuery } from "kysely";
import { DAY, HOUR } from "../../store/pages.ts";

/**
 * Statements that make the tables of version 1, and the view `api_usage` over them. Making a table ends a
 * transaction here, so each says IF NOT EXISTS: a start that was broken off goes on where it ended.
 *
 * @param collation compares texts by their bytes, trailing spaces included
 */
export function firstTables(collation: string): readonly CompiledQuery[] {
  const text = (length: number) => `VARCHAR(${length}) CHARACTER SET utf8mb4 COLLATE ${collation}`;
  const KEY = text(256);
  const ID = text(64);
  const NAME = text(1024);
  const end = "ENGINE = InnoDB ROW_FORMAT = DYNAMIC";
  return [
    `CREATE TABLE IF NOT EXISTS schema_version (version INT NOT NULL) ${end}`,
    `CREATE TABLE IF NOT EXISTS source_file (
      generation_id ${ID} PRIMARY KEY,
      instance ${NAME} NOT NULL,
      name ${NAME} NOT NULL,
      day ${ID},
      first_line_sha256 ${ID} NOT NULL,
      generation_number INT NOT NULL,
      committed_offset BIGINT NOT NULL,
      tail_sha256 ${ID} NOT NULL,
      last_timestamp ${ID},
      seen_as ${NAME} NOT NULL,
      inode ${ID} NOT NULL
    ) ${end}`,
    `CREATE TABLE IF NOT EXISTS record (
      id ${ID} PRIMARY KEY,
      ts_ms BIGINT NOT NULL,
      kind ${ID} NOT NULL,
      route_group ${ID} NOT NULL,
      url_template ${KEY},
      path ${KEY},
      method ${KEY},
      status INT,
      elapsed_ms DOUBLE,
      agent_id ${KEY},
      user_id ${KEY},
      organization_id ${KEY},
      team ${KEY},
      api_key_hash ${KEY},
      api_key_alias ${KEY},
      model ${KEY},
      price_id ${KEY},
      total_picousd BIGINT,
      line LONGBLOB NOT NULL,
      INDEX record_by_time (ts_ms)
    ) ${end}`,
    `CREATE TABLE IF NOT EXISTS replayed_line (
      generation_id ${ID} NOT NULL,
      line_offset BIGINT NOT NULL,
      PRIMARY KEY (generation_id, line_offset)
    ) ${end}`,
    `CREATE TABLE IF NOT EXISTS usage_key (
      id BINARY(16) PRIMARY KEY,
      category ${ID},
      route_group ${ID} NOT NULL,
      url_template ${KEY},
      status INT,
      organization_id ${KEY},
      api_key_hash ${KEY},
      api_key_alias ${KEY},
      agent_id ${KEY},
      user_id ${KEY},
      model ${KEY},
      model_source ${ID},
      price_id ${KEY}
    ) ${end}`,
    `CREATE TABLE IF NOT EXISTS usage_bucket (
      key_id BINARY(16) NOT NULL,
      start_ms BIGINT NOT NULL,
      requests BIGINT NOT NULL,
      errors BIGINT NOT NULL,
      usage_records BIGINT NOT NULL,
      llm_calls BIGINT NOT NULL,
      embedding_calls BIGINT NOT NULL,
      input_tokens BIGINT NOT NULL,
      output_tokens BIGINT NOT NULL,
      total_picousd BIGINT NOT NULL,
      unpriced_records BIGINT NOT NULL,
      suspect_records BIGINT NOT NULL,
      lower_bound_picousd BIGINT NOT NULL,
      elapsed_ms BIGINT NOT NULL,
      PRIMARY KEY (key_id, start_ms),
      FOREIGN KEY (key_id) REFERENCES usage_key (id)
    ) ${end}`,
    `CREATE OR REPLACE SQL SECURITY INVOKER VIEW api_usage AS
      SELECT k.organization_id,
        COALESCE(k.api_key_alias, k.api_key_hash) AS api_key_id,
        DATE_ADD(DATE '1970-01-01', INTERVAL FLOOR(b.start_ms / 86400000) DAY) AS date,
        k.route_group,
        CAST(SUM(b.requests) AS SIGNED) AS total_requests,
        CAST(SUM(b.requests - b.errors) AS SIGNED) AS success_count,
        CAST(SUM(b.errors) AS SIGNED) AS error_count,
        CAST(SUM(CASE WHEN k.route_group = 'memory_create' THEN b.requests - b.errors ELSE 0 END) AS SIGNED) AS memory_count,
        CAST(SUM(CASE WHEN k.route_group = 'memory_search' THEN b.requests - b.errors ELSE 0 END) AS SIGNED) AS search_count
      FROM usage_bucket b JOIN usage_key k ON k.id = b.key_id
      WHERE b.requests > 0
      GROUP BY 1, 2, 3, 4`,
  ].map((statement) => CompiledQuery.raw(statement));
}

/**
 * Statements that make version 2 of version 1: pages of sums, and what it takes to compute costs again. Pages are made
 * later, of whatever is stale.
 *
 * @param collation as for {@link firstTables}
 */
export function pageTables(collation: string): readonly CompiledQuery[] {
  const text = (length: number) => `VARCHAR(${length}) CHARACTER SET utf8mb4 COLLATE ${collation}`;
  const end = "ENGINE = InnoDB ROW_FORMAT = DYNAMIC";
  const span = (ms: number) =>
    `INSERT IGNORE INTO stale_page SELECT DISTINCT ${ms}, start_ms - ((start_ms % ${ms}) + ${ms}) % ${ms} FROM usage_bucket`;
  return [
    `CREATE TABLE IF NOT EXISTS usage_repeated (
      start_ms BIGINT NOT NULL,
      key_id BINARY(16) NOT NULL,
      input_tokens BIGINT NOT NULL,
      output_tokens BIGINT NOT NULL,
      PRIMARY KEY (start_ms, key_id)
    ) ${end}`,
    `CREATE TABLE IF NOT EXISTS price (
      price_id ${text(256)} PRIMARY KEY,
      input_rate ${text(256)} NOT NULL,
      output_rate ${text(256)} NOT NULL
    ) ${end}`,
    `CREATE TABLE IF NOT EXISTS usage_key_number (
      number BIGINT AUTO_INCREMENT PRIMARY KEY,
      key_id BINARY(16) NOT NULL UNIQUE
    ) ${end}`,
    `CREATE TABLE IF NOT EXISTS usage_page (
      span_ms BIGINT NOT NULL,
      start_ms BIGINT NOT NULL,
      sums LONGBLOB NOT NULL,
      PRIMARY KEY (span_ms, start_ms)
    ) ${end}`,
    `CREATE TABLE IF NOT EXISTS stale_page (
      span_ms BIGINT NOT NULL,
      start_ms BIGINT NOT NULL,
      PRIMARY KEY (span_ms, start_ms)
    ) ${end}`,
    span(HOUR.ms),
    span(DAY.ms),
  ].map((statement) => CompiledQuery.raw(statement));
}

/** Finds the index that {@link BUCKETS_BY_TIME} makes. */
export const FIND_BUCKETS_BY_TIME = CompiledQuery.raw(
  "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'usage_bucket' AND index_name = 'usage_bucket_by_time'",
);

/** Cannot be run twice: MySQL has no IF NOT EXISTS for it. */
export const BUCKETS_BY_TIME = CompiledQuery.raw(
  "CREATE INDEX usage_bucket_by_time ON usage_bucket (start_ms)",
);
