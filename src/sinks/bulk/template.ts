/**
 * The index template: how the server indexes our documents.
 *
 * Only what is named here is searchable; every other member stays in `_source` and takes no part in the mapping
 * (`dynamic: false`), so that whatever the service will write can neither be refused nor make the mapping explode.
 * For the same reason values of surprising type are kept but not indexed (`ignore_malformed`).
 */
import type { IndexName } from "./index-name.ts";

/** Raised with every change of the mapping. */
const TEMPLATE_VERSION = 3;

/** Above the templates that servers bring along (100 and 200), below what people write to override ours. */
const TEMPLATE_PRIORITY = 210;

/** The type for an object with any members: `flat_object` in OpenSearch, `flattened` in Elasticsearch. */
export type FlatObjectType = "flat_object" | "flattened";

export interface IndexTemplate {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const KEYWORD = { type: "keyword", ignore_above: 1024 };
const COUNT = { type: "long", ignore_malformed: true };
const USD = { type: "double" };
/** Read from documents that are found by something else. */
const SHOWN = { type: "keyword", index: false, doc_values: false };

/** Members that the service writes. */
const SERVICE_MEMBERS = {
  ts: { type: "date", ignore_malformed: true },
  type: KEYWORD,
  method: KEYWORD,
  path: KEYWORD,
  status: COUNT,
  elapsed_ms: COUNT,
  // "-" where it is unknown
  ip: { type: "ip", ignore_malformed: true },
  agent_id: KEYWORD,
  user_id: KEYWORD,
  model: KEYWORD,
  llm_calls: COUNT,
  calls: COUNT,
  input_tokens: COUNT,
  output_tokens: COUNT,
  total_tokens: COUNT,
  cache_read_input_tokens: COUNT,
  cache_write_input_tokens: COUNT,
  failed_calls: COUNT,
  latency_ms: COUNT,
  duration_seconds: { type: "double", ignore_malformed: true },
  query: { type: "text" },
  results: { type: "object", enabled: false },
};

const COST_MEMBERS = {
  category: KEYWORD,
  currency: KEYWORD,
  input_usd: USD,
  output_usd: USD,
  total_usd: USD,
  total_picousd: { type: "long" },
  lower_bound_usd: USD,
  model: KEYWORD,
  model_source: KEYWORD,
  price_id: KEYWORD,
  status: KEYWORD,
  quality: KEYWORD,
  calls: { type: "long" },
  input_tokens: { type: "long" },
};

/** Members that are added here. */
function addedMembers(flatObject: FlatObjectType) {
  return {
    "@timestamp": { type: "date" },
    event: { properties: { kind: KEYWORD, id: KEYWORD, reference: SHOWN, hash: SHOWN } },
    log: { properties: { file: { properties: { name: KEYWORD } }, offset: { type: "long" } } },
    route_group: KEYWORD,
    url: { properties: { template: KEYWORD } },
    cost: { properties: COST_MEMBERS },
    labels: { type: flatObject },
    tags: KEYWORD,
    original: { type: flatObject },
    organization_id: KEYWORD,
    team: KEYWORD,
    api_key_hash: KEYWORD,
    api_key_alias: KEYWORD,
  };
}

/** One shard, which Elasticsearch gives by itself, and Serverless would refuse to be told. */
const SETTINGS: Readonly<Record<FlatObjectType, object>> = {
  flat_object: { settings: { index: { number_of_shards: 1 } } },
  flattened: {},
};

/**
 * The template for the indices of this name, or for the data stream. It is named after them: `mem0-audit-logs`.
 */
export function indexTemplate(
  indexName: IndexName,
  flatObject: FlatObjectType,
  isDataStream = false,
): IndexTemplate {
  return {
    name: indexName.pattern.replaceAll("*", "").replace(/[._-]+$/, "") || "mem0-audit-shipper",
    body: {
      index_patterns: [indexName.pattern],
      priority: TEMPLATE_PRIORITY,
      version: TEMPLATE_VERSION,
      ...(isDataStream && { data_stream: {} }),
      template: {
        ...SETTINGS[flatObject],
        mappings: { dynamic: false, properties: { ...SERVICE_MEMBERS, ...addedMembers(flatObject) } },
      },
      _meta: { description: "Audit logs of the mem0 Memory Service", managed_by: "mem0-audit-shipper" },
    },
  };
}
