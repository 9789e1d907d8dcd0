/** Names that the shipper's own members have: a line's members of such a name move into `original`. */

/** The top-level names, as in the table of docs/documents.md. */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...["@timestamp", "event", "log", "url", "route_group", "cost", "labels", "tags", "original"],
]);

/**
 * Attribution may come from the line, where it then stays and wins, or from the configuration; only a dotted
 * name under one of these would clash.
 */
const ATTRIBUTION_NAMES: ReadonlySet<string> = new Set([
  ...["organization_id", "team", "api_key_hash", "api_key_alias"],
]);

/** True if a member of this name clashes with a member of ours. A dotted name counts by its first part. */
export function isReservedName(name: string): boolean {
  const dot = name.indexOf(".");
  if (dot < 0) return RESERVED_NAMES.has(name);
  const first = name.slice(0, dot);
  return RESERVED_NAMES.has(first) || ATTRIBUTION_NAMES.has(first);
}
