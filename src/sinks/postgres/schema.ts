/** The tables in PostgreSQL. */
import { CompiledQuery } from "kysely";

/** Text that sorts and compares by its bytes. */
const TEXT = 'text COLLATE "C"';

/** Statements that make the tables of version 1 in `schema`, and the view `api_usage` over them. */
export function firstTables(schema: string): readonly CompiledQuery[] {
  const name = (table: string) => `"${schema}"."${table}"`;
  return [
    `CREATE TABLE ${name("schema_version")} (version integer NOT NULL)`,
    `CREATE TABLE ${name("source_file")} (
      generation_id ${TEXT} PRIMARY KEY,
      instance ${TEXT} NOT NULL,
      name ${TEXT} NOT NULL,
      day ${TEXT},
      first_line_sha256 ${TEXT} NOT NULL,
      generation_number integer NOT NULL,
      committed_offset bigint NOT NULL,
      tail_sha256 ${TEXT} NOT NULL,
      last_timestamp ${TEXT},
      seen_as ${TEXT} NOT NULL,
      inode ${TEXT} NOT NULL
    )`,
    `CREATE TABLE ${name("record")} (
      id ${TEXT} PRIMARY KEY,
      ts_ms bigint NOT NULL,
      kind ${TEXT} NOT NULL,
      route_group ${TEXT} NOT NULL,
      url_template ${TEXT},
      path ${TEXT},
      method ${TEXT},
      status integer,
      elapsed_ms double precision,
      agent_id ${TEXT},
      user_id ${TEXT},
      organization_id ${TEXT},
      team ${TEXT},
      api_key_hash ${TEXT},
      api_key_alias ${TEXT},
      model ${TEXT},
      price_id ${TEXT},
      total_picousd bigint,
      line bytea NOT NULL
    )`,
    `CREATE INDEX record_by_time ON ${name("record")} (ts_ms)`,
    `CREATE TABLE ${name("replayed_line")} (
      generation_id ${TEXT} NOT NULL,
      line_offset bigint NOT NULL,
      PRIMARY KEY (generation_id, line_offset)
    )`,
    `CREATE TABLE ${name("usage_key")} (
      id bytea PRIMARY KEY,
      category ${TEXT},
      route_group ${TEXT} NOT NULL,
      url_template ${TEXT},
      status integer,
      organization_id ${TEXT},
      api_key_hash ${TEXT},
      api_key_alias ${TEXT},
      agent_id ${TEXT},
      user_id ${TEXT},
      model ${TEXT},
      model_source ${TEXT},
      price_id ${TEXT}
    )`,
    `CREATE TABLE ${name("usage_bucket")} (
      key_id bytea NOT NULL REFERENCES ${name("usage_key")},
      start_ms bigint NOT NULL,
      requests bigint NOT NULL,
      errors bigint NOT NULL,
      usage_records bigint NOT NULL,
      llm_calls bigint NOT NULL,
      embedding_calls bigint NOT NULL,
      input_tokens bigint NOT NULL,
      output_tokens bigint NOT NULL,
      total_picousd bigint NOT NULL,
      unpriced_records bigint NOT NULL,
      suspect_records bigint NOT NULL,
      lower_bound_picousd bigint NOT NULL,
      elapsed_ms bigint NOT NULL,
      PRIMARY KEY (key_id, start_ms)
    )`,
    `CREATE VIEW ${name("api_usage")} AS
      SELECT k.organization_id,
        COALESCE(k.api_key_alias, k.api_key_hash) AS api_key_id,
        DATE '1970-01-01' + FLOOR(b.start_ms / 86400000.0)::integer AS date,
        k.route_group,
        SUM(b.requests)::bigint AS total_requests,
        SUM(b.requests - b.errors)::bigint AS success_count,
        SUM(b.errors)::bigint AS error_count,
        SUM(CASE WHEN k.route_group = 'memory_create' THEN b.requests - b.errors ELSE 0 END)::bigint AS memory_count,
        SUM(CASE WHEN k.route_group = 'memory_search' THEN b.requests - b.errors ELSE 0 END)::bigint AS search_count
      FROM ${name("usage_bucket")} b JOIN ${name("usage_key")} k ON k.id = b.key_id
      WHERE b.requests > 0
      GROUP BY 1, 2, 3, 4`,
  ].map((statement) => CompiledQuery.raw(statement));
}
