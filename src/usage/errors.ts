/** How many requests failed, and where. */
import { selectionOf, type UsageQuestion } from "./answer.ts";
import type { UsageSource } from "./source.ts";
import { rate } from "./sums.ts";

/** `usage errors --json`. An error is a request with a status of 400 or above. */
export interface ErrorsAnswer {
  /** All requests. */
  readonly total: number;
  readonly errors: number;
  /** Errors per request, 0 to 1. */
  readonly rate: number;
  /** The most frequent first; `path` is the template, without ids. */
  readonly rows: readonly ErrorRow[];
}

export interface ErrorRow {
  readonly status: number;
  readonly path: string | null;
  readonly requests: number;
}

function compareRows(a: ErrorRow, b: ErrorRow): number {
  if (a.requests !== b.requests) return b.requests - a.requests;
  if (a.status !== b.status) return a.status - b.status;
  return String(a.path) < String(b.path) ? -1 : 1;
}

/** Counts errors by status and path. Rejects with a `UsageFault` where the source cannot. */
export async function errorsAnswer(
  source: UsageSource,
  question: Omit<UsageQuestion, "by" | "today">,
): Promise<ErrorsAnswer> {
  let total = 0;
  let errors = 0;
  const rows: ErrorRow[] = [];
  for (const { values, sums } of await source.groups(selectionOf(question), ["status", "path"])) {
    total += sums.requests;
    errors += sums.errors;
    const [status, path] = values;
    if (typeof status !== "number" || sums.errors === 0) continue;
    rows.push({ status, path: typeof path === "string" ? path : null, requests: sums.errors });
  }
  return { total, errors, rate: rate(errors, total), rows: rows.sort(compareRows) };
}
