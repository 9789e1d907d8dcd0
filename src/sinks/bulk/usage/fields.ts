/** The fields of our documents that usage is added up from. */
import type { KeyColumn } from "../../../store/bucket-query.ts";

/** What tells sums apart: each column of the store's keys, by the field that holds the same in a document. */
export const FIELD_OF_COLUMN: Readonly<Record<KeyColumn, string>> = {
  category: "cost.category",
  route_group: "route_group",
  url_template: "url.template",
  status: "status",
  organization_id: "organization_id",
  api_key_hash: "api_key_hash",
  api_key_alias: "api_key_alias",
  agent_id: "agent_id",
  user_id: "user_id",
  model: "cost.model",
  model_source: "cost.model_source",
};

const TEXT = ["keyword"];
const WHOLE = ["long", "integer", "short"];

/** Every field that is asked, and the mapping types under which a server can tell groups apart by it or add it up. */
export const FIELD_TYPES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.values(FIELD_OF_COLUMN).map((field) => [field, TEXT])),
  "@timestamp": ["date"],
  "event.kind": TEXT,
  status: WHOLE,
  elapsed_ms: [...WHOLE, "double", "float"],
  llm_calls: WHOLE,
  calls: WHOLE,
  input_tokens: WHOLE,
  output_tokens: WHOLE,
  "cost.status": TEXT,
  "cost.quality": TEXT,
  "cost.calls": WHOLE,
  "cost.input_tokens": WHOLE,
  "cost.total_picousd": ["long"],
  "cost.lower_bound_usd": ["double", "float"],
  "log.file.name": TEXT,
  "log.offset": WHOLE,
};
