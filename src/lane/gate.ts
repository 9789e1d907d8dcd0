/**
 * The door through which all deliveries of a lane go. While the sink is well it stands open; after a failure
 * it lets one delivery at a time through as a probe, each after a longer wait, until one succeeds.
 */
import type { Clock } from "../system/clock.ts";
import type { Random } from "../system/random.ts";
import { type BackoffOptions, backoffMs } from "./backoff.ts";

/** Leave for one delivery; whoever has it tells once how the delivery went. */
export interface Passage {
  /** The sink is well. */
  succeeded(): void;
  /** The sink took nothing, or with `somePassed` a part only: then the waits begin anew. */
  failed(retryAfterMs: number, somePassed: boolean): void;
  /** The sink answered in a way that does not tell yet whether it is well. */
  undecided(): void;
}

interface Waiting {
  readonly passage: Passage;
  readonly wake: () => void;
}

export class Gate {
  readonly #backoff: BackoffOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Deliveries that wait for their turn to probe, in the order of their coming. */
  readonly #waiting: Waiting[] = [];
  #failures = 0;
  #retryAfterMs = 0;
  /** The passage of the delivery that probes. */
  #probe: Passage | undefined;
  /** Ends the wait of the delivery that probes. */
  #endWait = () => {};

  constructor(backoff: BackoffOptions, clock: Clock, random: Random) {
    this.#backoff = backoff;
    this.#clock = clock;
    this.#random = random;
  }

  /** True while the sink is well. */
  get isOpen(): boolean {
    return this.#failures === 0;
  }

  /** Resolves when a delivery may start; with undefined as soon as `signal` aborts. */
  async pass(signal: AbortSignal): Promise<Passage | undefined> {
    const passage = this.#makePassage();
    while (!signal.aborted) {
      if (this.isOpen) return passage;
      this.#probe ??= passage;
      if (this.#probe !== passage) {
        await this.#turn(passage, signal);
        continue;
      }
      const waitMs = backoffMs(this.#backoff, this.#failures, this.#random.next(), this.#retryAfterMs);
      await this.#wait(waitMs, signal);
      // Another delivery may have succeeded meanwhile, and yet another failed: then the turn is that one's.
      if (!signal.aborted && this.#probe === passage) return passage;
    }
    this.#endProbe(passage);
    return undefined;
  }

  /** The next probe goes now, and the waits begin anew: where little time is left. */
  hurry(): void {
    this.#failures = Math.min(this.#failures, 1);
    this.#endWait();
  }

  /** Several answers together told that the sink is not well. */
  shut(): void {
    this.#failures++;
  }

  #makePassage(): Passage {
    const passage: Passage = {
      succeeded: () => {
        this.#failures = 0;
        this.#retryAfterMs = 0;
        this.#probe = undefined;
        for (const { wake } of this.#waiting.splice(0)) wake();
      },
      failed: (retryAfterMs, somePassed) => {
        const isProbe = this.#probe === passage;
        // Those that were under way when the first one failed tell nothing new.
        if (somePassed) this.#failures = 1;
        else if (isProbe || this.isOpen) this.#failures++;
        this.#retryAfterMs = isProbe ? retryAfterMs : Math.max(this.#retryAfterMs, retryAfterMs);
        this.#endProbe(passage);
      },
      undecided: () => this.#endProbe(passage),
    };
    return passage;
  }

  /** Hands the probe to the delivery that waits longest. */
  #endProbe(passage: Passage): void {
    if (this.#probe !== passage) return;
    const next = this.#waiting.shift();
    this.#probe = next?.passage;
    next?.wake();
  }

  /** Resolves after `waitMs`, or as soon as `signal` aborts or there is no time to wait. */
  async #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    const wait = new AbortController();
    const end = () => wait.abort();
    this.#endWait = end;
    signal.addEventListener("abort", end, { once: true });
    await this.#clock.sleep(waitMs, wait.signal);
    signal.removeEventListener("abort", end);
  }

  /** Resolves when it is this delivery's turn to look at the gate again, or `signal` aborts. */
  #turn(passage: Passage, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = { passage, wake: () => end() };
      const end = () => {
        signal.removeEventListener("abort", end);
        const place = this.#waiting.indexOf(waiting);
        if (place >= 0) this.#waiting.splice(place, 1);
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      this.#waiting.push(waiting);
    });
  }
}
