/** The tables, as the statements see them. */
import type { Generated, Kysely } from "kysely";

/** 64 bits. They arrive as decimal text, since a number does not hold them. */
type Whole = number | string;

export interface Tables {
  source_file: SourceFileTable;
  record: RecordTable;
  replayed_line: { generation_id: string; line_offset: Whole };
  usage_key: UsageKeyTable;
  usage_bucket: UsageBucketTable;
  usage_repeated: UsageRepeatedTable;
  price: PriceTable;
  usage_key_number: UsageKeyNumberTable;
  usage_page: UsagePageTable;
  stale_page: StalePageTable;
  schema_version: { version: number };
}

/** Builds statements. It has no connection and runs nothing. */
export type Statements = Kysely<Tables>;

interface SourceFileTable {
  generation_id: string;
  /** The `instance` of the configuration that is part of the id. */
  instance: string;
  name: string;
  day: string | null;
  first_line_sha256: string;
  generation_number: number;
  /** Every line before it has its final fate. */
  committed_offset: Whole;
  tail_sha256: string;
  last_timestamp: string | null;
  seen_as: string;
  inode: string;
}

interface RecordTable {
  id: string;
  ts_ms: Whole;
  kind: string;
  route_group: string;
  url_template: string | null;
  path: string | null;
  method: string | null;
  status: number | null;
  elapsed_ms: number | null;
  agent_id: string | null;
  user_id: string | null;
  organization_id: string | null;
  team: string | null;
  api_key_hash: string | null;
  api_key_alias: string | null;
  model: string | null;
  price_id: string | null;
  total_picousd: string | null;
  line: Buffer;
}

interface UsageKeyTable {
  /** The first 16 bytes of the SHA-256 over the columns: so nobody has to ask which number a key was given. */
  id: Buffer;
  category: string | null;
  route_group: string;
  url_template: string | null;
  status: number | null;
  organization_id: string | null;
  api_key_hash: string | null;
  api_key_alias: string | null;
  agent_id: string | null;
  user_id: string | null;
  model: string | null;
  model_source: string | null;
  price_id: string | null;
}

interface UsageBucketTable {
  key_id: Buffer;
  start_ms: Whole;
  requests: Whole;
  errors: Whole;
  usage_records: Whole;
  llm_calls: Whole;
  embedding_calls: Whole;
  input_tokens: Whole;
  output_tokens: Whole;
  total_picousd: Whole;
  unpriced_records: Whole;
  suspect_records: Whole;
  lower_bound_picousd: Whole;
  elapsed_ms: Whole;
}

/** Tokens that the lower bounds of a bucket leave out. */
interface UsageRepeatedTable {
  key_id: Buffer;
  start_ms: Whole;
  input_tokens: Whole;
  output_tokens: Whole;
}

/** Rates in pico-dollars per token: a whole number, or a fraction like `7200001/10`. */
interface PriceTable {
  price_id: string;
  input_rate: string;
  output_rate: string;
}

/** Keys have numbers in pages, small ones, since there they are given by their distances. */
interface UsageKeyNumberTable {
  number: Generated<Whole>;
  key_id: Buffer;
}

/** The sums of an hour or a UTC day in one value: see `src/store/page.ts`. */
interface UsagePageTable {
  span_ms: Whole;
  start_ms: Whole;
  sums: Buffer;
}

/** Pages that are not what the buckets say, or not there yet. Whoever adds to buckets or makes a page locks its row. */
interface StalePageTable {
  span_ms: Whole;
  start_ms: Whole;
}
