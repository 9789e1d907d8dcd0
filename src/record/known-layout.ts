/**
 * Lines exactly as the service writes them, recognised without `JSON.parse`.
 *
 * Nearly every line has one of two layouts. A regular expression reads those three times as fast as a parse,
 * a check of each member's name, and a check of the timestamp would; it takes no line that these would judge
 * otherwise: strings without escapes, a method and a path in ASCII, safe integers, the members that the layout
 * names and no other. Every other line goes through `JSON.parse`.
 *
 * The expressions run on valid UTF-8 as text in which one character is one byte (latin1), so positions are byte
 * offsets; what they capture of other strings is decoded.
 */
import type { AuditRecord } from "./record.ts";

const TIMESTAMP =
  '"(\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:0\\d|1[0-8]):[0-5]\\d))"';
const TEXT = '"[^"\\\\\\x00-\\x1f]*"';
const CAPTURED_TEXT = '"([^"\\\\\\x00-\\x1f]*)"';
const CAPTURED_ASCII = '"([^"\\\\\\x00-\\x1f\\x7f-\\xff]*)"';
const COUNT = "(?:0|[1-9]\\d{0,14})";
const CAPTURED_COUNT = "(0|[1-9]\\d{0,14})";

/** A line of these members in this order, as Python's `json.dumps` writes them, with its newline. */
function layout(members: Readonly<Record<string, string>>): RegExp {
  const text = Object.entries(members).map(([name, pattern]) => `"${name}": ${pattern}`);
  return new RegExp(`\\{${text.join(", ")}\\}\\n`, "y");
}

const REQUEST = layout({
  ts: TIMESTAMP,
  method: CAPTURED_ASCII,
  path: CAPTURED_ASCII,
  status: COUNT,
  elapsed_ms: COUNT,
  ip: TEXT,
  agent_id: TEXT,
  user_id: TEXT,
});

const TOKEN_USAGE = layout({
  ts: TIMESTAMP,
  type: '"token_usage"',
  path: CAPTURED_ASCII,
  agent_id: CAPTURED_TEXT,
  user_id: CAPTURED_TEXT,
  llm_calls: CAPTURED_COUNT,
  input_tokens: CAPTURED_COUNT,
  output_tokens: CAPTURED_COUNT,
  total_tokens: CAPTURED_COUNT,
});

/** The names that occur in the two layouts. */
export const LAYOUT_MEMBERS: readonly string[] = [
  ...["ts", "method", "path", "status", "elapsed_ms", "ip", "agent_id", "user_id"],
  ...["type", "llm_calls", "input_tokens", "output_tokens", "total_tokens"],
];

/** What the fast way reads of a line. */
export interface KnownLine {
  readonly kind: "request" | "token_usage";
  /** Where the next line starts. */
  readonly nextStart: number;
  readonly timestamp: string;
  readonly method: string | undefined;
  readonly path: string;
  /** All members; undefined for a request, of which few are needed. */
  readonly record: AuditRecord | undefined;
}

function matchAt(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

/** The text whose UTF-8 bytes are the characters of `bytes`. */
function decoded(bytes: string): string {
  return /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}

/** Reads the line that starts at `start` of valid UTF-8, if it has one of the two layouts. */
export function readKnownLine(text: string, start: number): KnownLine | undefined {
  const request = matchAt(REQUEST, text, start);
  if (request !== null) {
    const [, timestamp = "", method, path = ""] = request;
    return { kind: "request", nextStart: REQUEST.lastIndex, timestamp, method, path, record: undefined };
  }
  const usage = matchAt(TOKEN_USAGE, text, start);
  if (usage === null) return undefined;
  const [, ts = "", path = "", agent = "", user = "", calls, input, output, total] = usage;
  const record = {
    ts,
    type: "token_usage",
    path,
    agent_id: decoded(agent),
    user_id: decoded(user),
    llm_calls: Number(calls),
    input_tokens: Number(input),
    output_tokens: Number(output),
    total_tokens: Number(total),
  };
  return {
    kind: "token_usage",
    nextStart: TOKEN_USAGE.lastIndex,
    timestamp: ts,
    method: undefined,
    path,
    record,
  };
}
