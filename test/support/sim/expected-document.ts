/** What must become of a line, worked out from the contract alone, without any code of the shipper. */
import { isDeepStrictEqual } from "node:util";

const RESERVED = ["@timestamp", "event", "log", "url", "route_group", "cost", "labels", "tags", "original"];
const ATTRIBUTION = ["organization_id", "team", "api_key_hash", "api_key_alias"];
const PRIVATE_MEMBERS = ["query"];

export type Expectation =
  | { readonly fate: "blank" }
  | { readonly fate: "broken" }
  | { readonly fate: "document"; readonly members: Readonly<Record<string, unknown>> };

/** What the line is. */
export function expectationOf(line: Buffer): Expectation {
  let text = line.toString("utf8");
  if (text.startsWith("\ufeff")) text = text.slice(1);
  if (text.endsWith("\r")) text = text.slice(0, -1);
  if (/^[ \t\r]*$/.test(text)) return { fate: "blank" };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return { fate: "broken" };
    return { fate: "document", members: value as Record<string, unknown> };
  } catch {
    return { fate: "broken" };
  }
}

function isReserved(name: string): boolean {
  const [first = "", ...more] = name.split(".");
  return RESERVED.includes(first) || (more.length > 0 && ATTRIBUTION.includes(first));
}

/** The kind of a line's record. */
export function expectedKind(members: Readonly<Record<string, unknown>>): string {
  if (members["type"] === "token_usage" || members["type"] === "embedding_usage") return members["type"];
  if (members["type"] !== undefined) return "unknown";
  if (members["event"] !== undefined)
    return members["event"] === "retrieval_detail" ? "retrieval_detail" : "unknown";
  return typeof members["path"] === "string" && members["status"] !== undefined ? "request" : "unknown";
}

/** The line's own members as they stand in its document: reserved names in `original`, private ones dropped. */
export function expectedOwnMembers(members: Readonly<Record<string, unknown>>): {
  readonly own: Record<string, unknown>;
  readonly original: Record<string, unknown>;
} {
  const own: [string, unknown][] = [];
  const original: [string, unknown][] = [];
  const isRetrieval = members["event"] === "retrieval_detail";
  for (const [name, value] of Object.entries(members)) {
    if (isRetrieval && PRIVATE_MEMBERS.includes(name)) continue;
    const kept = isRetrieval && name === "results" ? withoutMemories(value) : value;
    (isReserved(name) ? original : own).push([name, kept]);
  }
  return { own: Object.fromEntries(own), original: Object.fromEntries(original) };
}

function withoutMemories(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMemories);
  if (typeof value === "string") return null;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "memory"));
}

/** True if `ts` is a time that the index takes. */
export function isValidTimestamp(ts: unknown): ts is string {
  if (typeof ts !== "string") return false;
  const match =
    /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-8]):?[0-5]\d)?$/.exec(
      ts,
    );
  if (match === null) return false;
  const [, day = ""] = match;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** What is wrong with the document of a line; undefined if nothing is. */
export function wrongWith(
  document: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, unknown>>,
  place: { readonly name: string; readonly offset: number; readonly timestampBefore: string },
): string | undefined {
  const { own, original } = expectedOwnMembers(members);
  const {
    "@timestamp": timestamp,
    event,
    log,
    url,
    route_group,
    cost,
    labels,
    tags,
    original: moved,
    ...rest
  } = document;
  if (!isDeepStrictEqual({ ...rest }, { ...own })) return "its own members differ";
  if (!isDeepStrictEqual(moved ?? {}, original)) return "`original` differs";
  const isValid = isValidTimestamp(members["ts"]);
  if (timestamp !== (isValid ? members["ts"] : place.timestampBefore)) return `@timestamp is ${timestamp}`;
  if (!isDeepStrictEqual(tags, isValid ? undefined : ["bad_timestamp"])) return "`tags` differ";
  const kind = expectedKind(members);
  if (!isDeepStrictEqual(event, { kind })) return "`event` differs";
  if (!isDeepStrictEqual(log, { file: { name: place.name }, offset: place.offset })) return "`log` differs";
  if (typeof route_group !== "string") return "`route_group` is missing";
  if ((url !== undefined) !== (typeof members["path"] === "string")) return "`url` differs";
  if ((cost !== undefined) !== kind.endsWith("_usage")) return "`cost` differs";
  return isDeepStrictEqual(labels, { service: "mem0" }) ? undefined : "`labels` differ";
}
