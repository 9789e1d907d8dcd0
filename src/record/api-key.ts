/** Raw API keys in audit lines: a member `api_key` is a secret, and never leaves as it was read. */

/** The member with a raw key. */
export const API_KEY = "api_key";
/** The member that takes its place. */
export const API_KEY_HASH = "api_key_hash";

/** The service writes a dash where it knows no value. */
const UNKNOWN = "-";

/** True if a value of `api_key` says that there is none. */
export function isNoKey(value: unknown): boolean {
  return value === null || value === "" || value === UNKNOWN;
}

/** The member as it may stand in a torn line: the name, then a text, an object or list up to its first end, or a word. */
const RAW_KEY = /("api_key"[ \t\r]*:[ \t\r]*)("(?:[^"\\]|\\.)*|[{[][^}\]]*|[^",}\]\s][^,}\]]*)/g;

/**
 * Bytes that are no JSON object, with the value of each `api_key` overwritten by as many asterisks; the same bytes if
 * there is none. A key that was torn off from its name cannot be told.
 */
export function maskRawKeys(bytes: Buffer): Buffer {
  if (!bytes.includes(`"${API_KEY}"`)) return bytes;
  const masked = bytes
    .toString("latin1")
    .replace(RAW_KEY, (_, name: string, value: string) => name + value.replace(/[^"]/g, "*"));
  return Buffer.from(masked, "latin1");
}
