/** How long one request may take. */
import { type Clock, WOKEN } from "../../system/clock.ts";

/** Ends a request when its time is over or the lane gives it up. */
export class TimeLimit {
  /** True as soon as the time is over. */
  isExceeded = false;
  readonly #giveUp: AbortSignal;
  readonly #stop = new AbortController();
  readonly #ended = new AbortController();
  readonly #abort = () => this.#stop.abort();

  /**
   * @param durationMs from now on, until `end`
   * @param giveUp the lane's, which may give the request up before
   */
  constructor(clock: Clock, durationMs: number, giveUp: AbortSignal) {
    this.#giveUp = giveUp;
    giveUp.addEventListener("abort", this.#abort, { once: true });
    if (giveUp.aborted) this.#abort();
    void clock.sleep(durationMs, this.#ended.signal).then(() => {
      if (this.#ended.signal.aborted) return;
      this.isExceeded = true;
      this.#abort();
    });
  }

  /** Aborts when the request must stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Why the request was aborted; undefined if it was not. */
  get failure(): "aborted" | "timeout" | undefined {
    if (this.#giveUp.aborted) return "aborted";
    return this.isExceeded ? "timeout" : undefined;
  }

  /** Ends the count: the request has its answer, or has none. */
  end(): void {
    this.#ended.abort(WOKEN);
    this.#giveUp.removeEventListener("abort", this.#abort);
  }
}
