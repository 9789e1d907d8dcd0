/** What a route answers, before it becomes bytes on a connection. */

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(body: unknown, status = 200): Answer {
  return { status, contentType: "application/json; charset=utf-8", body: `${JSON.stringify(body)}\n` };
}

/** An error, as every route tells it: one sentence with what was expected. */
export function failure(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { ...json({ error }, status), headers };
}
