/** How long one request may take. */
import type { Clock } from "../../system/clock.ts";

/** Said with an abort that is none of a request: without a reason, Node makes an error with its stack for each. */
const ENDED = "ended";

/** Aborts a request when its time is over or the lane gives it up. */
export class TimeLimit {
  /** True as soon as the time is over. */
  isExceeded = false;
  readonly #signal: AbortSignal;
  readonly #abort: () => void;
  readonly #ended = new AbortController();

  /**
   * @param durationMs from now on, until `end`
   * @param signal the lane's, which may give the request up before
   * @param abort ends the request; called once or, if both happen, twice
   */
  constructor(clock: Clock, durationMs: number, signal: AbortSignal, abort: () => void) {
    this.#signal = signal;
    this.#abort = abort;
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    void clock.sleep(durationMs, this.#ended.signal).then(() => {
      if (this.#ended.signal.aborted) return;
      this.isExceeded = true;
      abort();
    });
  }

  /** Why the request was aborted; undefined if it was not. */
  get failure(): "aborted" | "timeout" | undefined {
    if (this.#signal.aborted) return "aborted";
    return this.isExceeded ? "timeout" : undefined;
  }

  /** Ends the count: the request has its answer, or has none. */
  end(): void {
    this.#ended.abort(ENDED);
    this.#signal.removeEventListener("abort", this.#abort);
  }
}
