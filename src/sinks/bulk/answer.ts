/** What a search server answered, or why it did not: the raw material of every report. */

export interface SearchRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Of the body: `content-type`, `content-encoding`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** No answer that could be read. */
export interface NoAnswer {
  readonly status: undefined;
  readonly failure: "network" | "timeout" | "unreadable" | "tls" | "configuration" | "aborted";
  /** What happened, and for `tls` and `configuration` what to do. Without secrets. */
  readonly message: string;
}

/** The way to one search server, or to several nodes of one. */
export interface SearchTransport {
  /** Sends one request once. Failures are answers: it never rejects. */
  send(request: SearchRequest, signal: AbortSignal): Promise<Answer | NoAnswer>;
  close(): Promise<void>;
}

/** The error of a JSON answer: `{"error":{"type":…,"reason":…}}`, `{"error":"…"}`, or a gateway's `{"message":"…"}`. */
export interface ServerError {
  readonly type: string;
  readonly reason: string;
}

/** The error that an answer names; undefined if its body is not the server's own. */
export function serverError(answer: Answer): ServerError | undefined {
  const body = readJson(answer.body);
  const error = member(body, "error") ?? member(body, "message") ?? member(body, "Message");
  if (typeof error === "string") return { type: "message", reason: error };
  const type = member(error, "type");
  const reason = member(error, "reason");
  return typeof type === "string" ? { type, reason: typeof reason === "string" ? reason : "" } : undefined;
}

/** The value of a JSON text; undefined if it is none. */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** `value[name]` if `value` is an object that has it. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const STATUSES_OF_DEAD_NODES: ReadonlySet<number> = new Set([502, 503, 504]);

/** True if the next request should go to another node, if there is one. */
export function isOfDeadNode(status: number): boolean {
  return STATUSES_OF_DEAD_NODES.has(status);
}
