/**
 * How a daemon stops: at once, or once it has read what is there, for hosts whose files end with them. Within its
 * deadline either way.
 */
import type { LaneGoal } from "../lane/lane.ts";
import type { Clock } from "../system/clock.ts";

/** The end of the deadline in which nothing more is read: what is in flight needs time, too. */
const FINISH_SHARE = 0.25;
const FINISH_MS_MAX = 5000;

export interface ShutdownOptions {
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether all complete lines are delivered first, as far as the deadline allows. */
  readonly drainsFirst: boolean;
}

export class Shutdown {
  readonly #options: ShutdownOptions;
  readonly #clock: Clock;
  readonly #halt = new AbortController();
  readonly #abort = new AbortController();
  #goal: LaneGoal;

  /** @param goal of the lanes until it begins */
  constructor(goal: LaneGoal, options: ShutdownOptions, clock: Clock) {
    this.#goal = goal;
    this.#options = options;
    this.#clock = clock;
  }

  /** When a lane ends by itself, as of now. */
  get goal(): LaneGoal {
    return this.#goal;
  }

  /** Aborts when nothing more is to be read. */
  get halt(): AbortSignal {
    return this.#halt.signal;
  }

  /** Aborts when what is in flight is to be given up. */
  get abort(): AbortSignal {
    return this.#abort.signal;
  }

  /** @param sweep looks at the folder once more, so that what was written last is known */
  begin(sweep: () => Promise<void>): void {
    const { timeoutMs, drainsFirst } = this.#options;
    if (drainsFirst) {
      const finishMs = Math.min(timeoutMs * FINISH_SHARE, FINISH_MS_MAX);
      void this.#clock.sleep(timeoutMs - finishMs, this.abort).then(() => this.#halt.abort());
      void sweep().then(() => {
        this.#goal = "drain";
      });
    } else {
      this.#halt.abort();
    }
    void this.#clock.sleep(timeoutMs, this.abort).then(() => this.#abort.abort());
  }

  /** Stops everything now. */
  end(): void {
    this.#halt.abort();
    this.#abort.abort();
  }
}
