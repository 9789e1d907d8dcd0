/**
 * Time, as the rest of the program sees it.
 *
 * Nothing outside `system/` may call `Date.now()` or `setTimeout()`: the simulation replaces this port, and
 * a run that reads the real clock could not be replayed from its seed.
 */
export interface Clock {
  /** Wall-clock time in Unix milliseconds. It may jump: use it for stamps, never for durations. */
  nowMs(): number;

  /** Monotonic milliseconds from an arbitrary origin. Use it for durations and deadlines. */
  monotonicMs(): number;

  /** Resolves after `durationMs` (24 days at most), or as soon as `signal` aborts. It never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep,
};

/**
 * What to say when a sleeper is woken: `abort(WOKEN)`. Without a reason, Node makes an error with its stack each time.
 */
export const WOKEN = "woken";

/** The longest that Node's timers can wait (24 days); a longer one would end at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Not that of `node:timers/promises`: being woken is no failure, and an error for each would be made with its stack. */
function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.min(durationMs, TIMER_MS_MAX));
    signal?.addEventListener("abort", wake);
  });
}
