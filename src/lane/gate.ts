/**
 * The door through which all deliveries of a lane go. While the sink is well it stands open; after a failure
 * it lets one delivery at a time through, each after a longer wait, until one succeeds.
 */
import type { Clock } from "../system/clock.ts";
import type { Random } from "../system/random.ts";
import { type BackoffOptions, backoffMs } from "./backoff.ts";

export class Gate {
  readonly #backoff: BackoffOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Deliveries that wait for the one that probes, in the order of their coming. */
  readonly #waiting: (() => void)[] = [];
  #failures = 0;
  #retryAfterMs = 0;
  #isProbing = false;

  constructor(backoff: BackoffOptions, clock: Clock, random: Random) {
    this.#backoff = backoff;
    this.#clock = clock;
    this.#random = random;
  }

  /** True while the sink is well. */
  get isOpen(): boolean {
    return this.#failures === 0;
  }

  /** Resolves when a delivery may start, or as soon as `signal` aborts. */
  async pass(signal: AbortSignal): Promise<void> {
    while (!this.isOpen && this.#isProbing && !signal.aborted) await this.#turn(signal);
    if (this.isOpen || signal.aborted) return;
    this.#isProbing = true;
    const waitMs = backoffMs(this.#backoff, this.#failures, this.#random.next(), this.#retryAfterMs);
    await this.#clock.sleep(waitMs, signal);
    if (signal.aborted) this.#endProbe();
  }

  /** The sink is well. */
  succeeded(): void {
    this.#failures = 0;
    this.#retryAfterMs = 0;
    this.#isProbing = false;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The sink took nothing, or with `somePassed` a part only: then the waits begin anew. */
  failed(retryAfterMs: number, somePassed = false): void {
    this.#failures = somePassed ? 1 : this.#failures + 1;
    this.#retryAfterMs = retryAfterMs;
    this.#endProbe();
  }

  /** The sink answered in a way that does not tell yet whether it is well: the next one asks. */
  undecided(): void {
    this.#endProbe();
  }

  /** Several answers together told that the sink is not well. */
  shut(): void {
    this.#failures++;
  }

  #endProbe(): void {
    this.#isProbing = false;
    this.#waiting.shift()?.();
  }

  /** Resolves when it is this delivery's turn to look at the gate again. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener("abort", wake);
        resolve();
      };
      signal.addEventListener("abort", wake, { once: true });
      this.#waiting.push(wake);
    });
  }
}
