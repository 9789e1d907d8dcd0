/**
 * The lines of the audit log, byte for byte as the memory service writes them: Python's `json.dumps` with raw
 * UTF-8, a space after `:` and `,`, members in the service's order, microseconds in `ts`.
 */

export interface RequestLine {
  readonly timeUs: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly elapsedMs: number;
  readonly ip: string;
  readonly agentId: string;
  readonly userId: string;
}

export interface TokenUsageLine {
  readonly timeUs: number;
  readonly path: string;
  readonly agentId: string;
  readonly userId: string;
  readonly llmCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface RetrievalDetailLine {
  readonly timeUs: number;
  readonly path: string;
  readonly agentId: string;
  readonly userId: string;
  readonly query: string;
  readonly results: readonly { readonly id: string; readonly memory: string; readonly score: number }[];
}

type Json = string | number | readonly Json[] | { readonly [name: string]: Json };

/** The service names its files by the day in UTC+8. */
const FILE_DAY_OFFSET_MS = 8 * 3_600_000;

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** `json.dumps(value, ensure_ascii=False)`. */
function pythonJson(value: Json): string {
  if (typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(pythonJson).join(", ")}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${pythonJson(member)}`,
  );
  return `{${members.join(", ")}}`;
}

/** `datetime.isoformat()` in UTC; `timeUs` is Unix microseconds. On a whole second it has no fraction. */
export function pythonTimestamp(timeUs: number): string {
  const seconds = new Date(Math.floor(timeUs / 1000)).toISOString().slice(0, "2026-01-01T00:00:00".length);
  const fractionUs = timeUs % 1_000_000;
  return fractionUs === 0 ? `${seconds}+00:00` : `${seconds}.${String(fractionUs).padStart(6, "0")}+00:00`;
}

/** The file that a line written at `timeUs` (Unix microseconds) goes to. */
export function auditFileName(timeUs: number): string {
  return `audit-${new Date(Math.floor(timeUs / 1000) + FILE_DAY_OFFSET_MS).toISOString().slice(0, "2026-01-01".length)}.jsonl`;
}

export function requestLine(line: RequestLine): string {
  return pythonJson({
    ts: pythonTimestamp(line.timeUs),
    method: line.method,
    path: line.path,
    status: line.status,
    elapsed_ms: line.elapsedMs,
    ip: line.ip,
    agent_id: line.agentId,
    user_id: line.userId,
  });
}

export function tokenUsageLine(line: TokenUsageLine): string {
  return pythonJson({
    ts: pythonTimestamp(line.timeUs),
    type: "token_usage",
    path: line.path,
    agent_id: line.agentId,
    user_id: line.userId,
    llm_calls: line.llmCalls,
    input_tokens: line.inputTokens,
    output_tokens: line.outputTokens,
    total_tokens: line.inputTokens + line.outputTokens,
  });
}

export function retrievalDetailLine(line: RetrievalDetailLine): string {
  return pythonJson({
    ts: pythonTimestamp(line.timeUs),
    event: "retrieval_detail",
    path: line.path,
    agent_id: line.agentId,
    user_id: line.userId,
    query: line.query,
    results: line.results,
  });
}
