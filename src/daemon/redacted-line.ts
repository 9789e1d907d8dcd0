/**
 * Lines that redaction has been through already: how to tell that one was made of another, and which rules are
 * still to be applied to it.
 */
import { API_KEY, API_KEY_HASH } from "../record/api-key.ts";
import type { AuditRecord } from "../record/record.ts";
import type { RedactionRule } from "../record/redaction.ts";

/** What redaction leaves in place of a value that it hashes: 16 hexadecimal digits. */
const HASH = /^[0-9a-f]{16}$/;

const RESULTS = "results";
const MEMORIES = "results[].memory";
const MEMORY = "memory";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const CARRIAGE_RETURN = 0x0d;

/**
 * True if `kept` can be what redaction, by whatever rules, left of `line`: the same bytes, or the same members
 * but for those that were dropped or hashed. Results are not compared: redaction changes them within.
 */
export function isRedactionOf(kept: Buffer, line: Buffer): boolean {
  const original = unframed(line);
  if (kept.equals(original)) return true;
  const left = parseRecord(kept);
  const whole = parseRecord(original);
  if (left === undefined || whole === undefined) return false;
  return Object.entries(left).every(
    ([name, value]) =>
      (name === API_KEY_HASH && Object.hasOwn(whole, API_KEY)) ||
      (Object.hasOwn(whole, name) && (name === RESULTS || isHash(value) || isEqual(value, whole[name]))),
  );
}

/**
 * The rules for a line that redaction has been through: a value that was hashed is not hashed once more, or its
 * document would be another one. A text that only looks like a hash is taken for one.
 */
export function rulesForRedacted(
  rules: Readonly<Record<string, RedactionRule>>,
  line: Buffer,
): Readonly<Record<string, RedactionRule>> {
  const record = parseRecord(line);
  if (record === undefined) return rules;
  const wasHashed = (name: string) =>
    name === MEMORIES ? areMemoriesHashed(record[RESULTS]) : isHash(record[name]);
  const left = Object.entries(rules).map(([name, rule]): [string, RedactionRule] => {
    return [name, rule === "hash" && wasHashed(name) ? "keep" : rule];
  });
  return Object.fromEntries(left);
}

/** The line without a byte order mark and a trailing carriage return: neither is part of a document. */
function unframed(line: Buffer): Buffer {
  const start = line.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  return line.subarray(start, line.at(-1) === CARRIAGE_RETURN ? -1 : undefined);
}

function parseRecord(line: Buffer): AuditRecord | undefined {
  try {
    const parsed: unknown = JSON.parse(line.toString());
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as AuditRecord)
      : undefined;
  } catch {
    return undefined;
  }
}

function isHash(value: unknown): boolean {
  return typeof value === "string" && HASH.test(value);
}

/** False also where the values are nested too deeply to be written. */
function isEqual(one: unknown, other: unknown): boolean {
  try {
    return JSON.stringify(one) === JSON.stringify(other);
  } catch {
    return false;
  }
}

function areMemoriesHashed(results: unknown): boolean {
  if (!Array.isArray(results)) return false;
  return results.every((result: unknown) => {
    if (typeof result === "string") return isHash(result);
    if (typeof result !== "object" || result === null || !Object.hasOwn(result, MEMORY)) return true;
    return isHash((result as AuditRecord)[MEMORY]);
  });
}
