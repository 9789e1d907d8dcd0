/** How long to wait before the next attempt: exponential, capped, with full jitter. */

export interface BackoffOptions {
  /** The cap of the first wait, in milliseconds. */
  readonly initialMs: number;
  /** The cap of every wait. */
  readonly maxMs: number;
}

/**
 * A wait after the n-th failure in a row: evenly between 0 and min(max, initial · 2^(n-1)), so that many
 * shippers do not come back at once (full jitter, AWS Architecture Blog, "Exponential Backoff And Jitter").
 * A destination's own wish (Retry-After) is a lower bound.
 *
 * @param failures at least 1
 * @param chance in [0, 1)
 */
export function backoffMs(
  options: BackoffOptions,
  failures: number,
  chance: number,
  retryAfterMs = 0,
): number {
  const cap = Math.min(options.maxMs, options.initialMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(Math.round(cap * chance), retryAfterMs);
}
