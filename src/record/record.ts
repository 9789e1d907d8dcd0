/** What one audit line says, once parsed. Names with underscores are the service's own. */

export type RecordKind = "request" | "token_usage" | "embedding_usage" | "retrieval_detail" | "unknown";

/** A parsed line: whatever members the service wrote. Nothing about their types may be assumed. */
export type AuditRecord = Readonly<Record<string, unknown>>;

export type RouteGroup =
  | "memory_create"
  | "memory_search"
  | "memory_update"
  | "memory_delete"
  | "memory_read"
  | "system"
  | "other";

/** Where a request went. */
export interface Route {
  readonly group: RouteGroup;
  /** The path with its ids replaced, `/memory/{memory_id}`; undefined if the record has no path. */
  readonly template: string | undefined;
  /** Both as members of a JSON object, in ASCII: `"route_group":"system","url":{"template":"/health"}`. */
  readonly json: string;
}

/** The service's own `event` of lines with what a search found. */
export const RETRIEVAL_EVENT = "retrieval_detail";

/** The record's member `name` if it is a string, else undefined. */
export function stringMember(record: AuditRecord, name: string): string | undefined {
  const value = record[name];
  return typeof value === "string" ? value : undefined;
}

/** The record's member `name` if it is a finite number, else undefined. */
export function numberMember(record: AuditRecord, name: string): number | undefined {
  const value = record[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/**
 * The kind of a record. The service gives no `type` to request lines and marks retrieval details by `event`;
 * anything else is unknown, and passes through.
 */
export function kindOf(record: AuditRecord): RecordKind {
  const type = record["type"];
  if (type === "token_usage" || type === "embedding_usage") return type;
  if (type !== undefined) return "unknown";
  const event = record["event"];
  if (event !== undefined) return event === RETRIEVAL_EVENT ? RETRIEVAL_EVENT : "unknown";
  return typeof record["path"] === "string" && record["status"] !== undefined ? "request" : "unknown";
}
