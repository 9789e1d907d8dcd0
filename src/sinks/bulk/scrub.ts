/**
 * A server's reason for an error → what may be shown of it.
 *
 * Reasons quote documents ("Preview of field's value: '…'"), and those hold what users have said. So of an
 * error about a document only known sentences are kept, with the names of fields and types in them. Errors
 * about an index, the cluster or permissions never quote a document and are kept as they are.
 */
import { STATUS_CODES } from "node:http";

const REASON_LENGTH_MAX = 500;

/**
 * How reasons about documents begin, in OpenSearch and Elasticsearch; each `*` is a name or a number of the
 * mapping. What follows may be a value, and is cut off.
 */
const DOCUMENT_SENTENCES: readonly RegExp[] = [
  "failed to parse field [*] of type [*]",
  "object mapping for [*] tried to parse field [*] as object, but found a concrete value",
  "mapping set to strict, dynamic introduction of [*] within [*] is not allowed",
  "Could not dynamically add mapping for field [*]. Existing mapping for [*] must be of type object but found [*]",
  "mapper [*] cannot be changed from type [*] to [*]",
  "Limit of total fields [*] has been exceeded",
  "Limit of mapping depth [*] has been exceeded",
  'Document contains at least one immense term in field="*"',
  "Field [*] is a metadata field and cannot be added inside a document",
].map(sentence);

/** Errors that are about the server, its indices or our rights: their reasons come from no document. */
const TYPES_WITHOUT_DOCUMENTS: ReadonlySet<string> = new Set([
  ...["action_request_validation_exception", "authentication_exception", "circuit_breaking_exception"],
  ...[
    "cluster_block_exception",
    "cluster_manager_not_discovered_exception",
    "es_rejected_execution_exception",
  ],
  ...["index_closed_exception", "index_not_found_exception", "invalid_index_name_exception"],
  ...["invalid_index_template_exception", "master_not_discovered_exception"],
  ...["no_shard_available_action_exception", "node_not_connected_exception"],
  ...["process_cluster_event_timeout_exception", "rejected_execution_exception", "security_exception"],
  ...["unavailable_shards_exception", "validation_exception", "version_conflict_engine_exception"],
]);

/** How reasons of other types begin that are about the request or the index. */
const REQUEST_SENTENCES: readonly RegExp[] = [
  "pipeline with id [*] does not exist",
  "request [*] contains unrecognized parameter: [*]",
  "The bulk request must be terminated by a newline",
  "Document ID is not supported in create/index operation request",
  "no write index is defined for alias [*]",
  "only write ops with an op_type of create are allowed in data streams",
  "index template [*] has index patterns",
  "403 Forbidden",
].map(sentence);

/** How AWS says that it did not let a request through, before any of its documents was looked at. */
const GATEWAY_SENTENCES: readonly RegExp[] = [
  "Credential should be scoped to",
  "The security token included in the request is",
  "The request signature we calculated does not match the signature you provided",
  "Signature expired",
  "Signature not yet current",
  "User: * is not authorized",
  "Missing Authentication Token",
].map(sentence);

/** What a server, a gateway or a proxy says that repeats the status only: `Forbidden`, `Too Many Requests`. */
const STATUS_PHRASES: ReadonlySet<string | undefined> = new Set(Object.values(STATUS_CODES));

const KEPT_SENTENCES = [...REQUEST_SENTENCES, ...GATEWAY_SENTENCES];

/** What may be logged, stored and shown of `reason`, which came with an error of this type. */
export function scrubReason(type: string, reason: string): string {
  if (TYPES_WITHOUT_DOCUMENTS.has(type) || KEPT_SENTENCES.some((begin) => begin.test(reason))) {
    return reason.slice(0, REASON_LENGTH_MAX);
  }
  if (STATUS_PHRASES.has(reason)) return reason;
  for (const begin of DOCUMENT_SENTENCES) {
    const match = begin.exec(reason);
    if (match?.[1] !== undefined) return match[1];
  }
  if (reason === "failed to parse") return reason;
  return "the server's reason is withheld, since it may quote the document";
}

/** `type` if it looks like the name of an error, else `unknown`: anyone may have made the answer. */
export function scrubType(type: unknown): string {
  return typeof type === "string" && /^[a-z][a-z0-9_]{0,99}$/.test(type) ? type : "unknown";
}

/** Elasticsearch puts a line and a column before the sentence: `[1:23] failed …`. */
function sentence(text: string): RegExp {
  const pattern = text.replace(/[.[\]]/g, "\\$&").replace(/\*/g, '[^\\]"]{0,200}');
  return new RegExp(`^(?:\\[\\d+:\\d+\\] )?(${pattern})`);
}
