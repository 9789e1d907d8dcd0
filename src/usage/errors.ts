/** How many requests failed, and where. */
import { sumByKey } from "../store/bucket-query.ts";
import type { Database } from "../system/sqlite.ts";
import { selectionOf, type UsageQuestion } from "./answer.ts";
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

/** Counts errors by status and path; without a database as if there were no data. */
export function errorsAnswer(
  database: Database | undefined,
  question: Omit<UsageQuestion, "by" | "today">,
): ErrorsAnswer {
  const parts = database === undefined ? [] : sumByKey(database, selectionOf(question));
  let total = 0;
  let errors = 0;
  const rows = new Map<string, ErrorRow>();
  for (const { status, urlTemplate: path, sums } of parts) {
    total += sums.requests;
    errors += sums.errors;
    if (status === null || sums.errors === 0) continue;
    const key = JSON.stringify([status, path]);
    rows.set(key, { status, path, requests: (rows.get(key)?.requests ?? 0) + sums.errors });
  }
  return { total, errors, rate: rate(errors, total), rows: [...rows.values()].sort(compareRows) };
}
