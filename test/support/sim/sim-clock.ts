/** Virtual time: it moves from one sleeper to the next, and takes none itself. */
import { setImmediate as restOfMicrotasks } from "node:timers/promises";
import type { Clock } from "../../../src/system/clock.ts";
import type { SimProcess } from "./sim-process.ts";

interface Sleeper {
  readonly wakeMs: number;
  readonly wake: () => void;
}

export class SimClock implements Clock {
  #elapsedMs = 0;
  #wallMs: number;
  readonly #sleepers: Sleeper[] = [];

  constructor(wallMs: number) {
    this.#wallMs = wallMs;
  }

  nowMs(): number {
    return this.#wallMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  /** Sets the wall clock forward or back, as an administrator or NTP does. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  /** Lets time pass in which nobody is woken. */
  skip(ms: number): void {
    this.#elapsedMs += ms;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        wakeMs: this.#elapsedMs + Math.max(0, durationMs),
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        const index = this.#sleepers.indexOf(sleeper);
        if (index >= 0) this.#sleepers.splice(index, 1);
        resolve();
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const index = this.#sleepers.findIndex(({ wakeMs }) => wakeMs > sleeper.wakeMs);
      this.#sleepers.splice(index < 0 ? this.#sleepers.length : index, 0, sleeper);
    });
  }

  /** The clock as a process sees it: after a crash nobody is woken any more. */
  of(process: SimProcess): Clock {
    return {
      nowMs: () => this.nowMs(),
      monotonicMs: () => this.monotonicMs(),
      sleep: (durationMs, signal) => process.unlessDead(this.sleep(durationMs, signal)),
    };
  }

  /** Lets everything run that can, then wakes the next sleeper; false if nobody sleeps. */
  async step(): Promise<boolean> {
    await restOfMicrotasks();
    const next = this.#sleepers.shift();
    if (next === undefined) return false;
    this.#elapsedMs = next.wakeMs;
    next.wake();
    return true;
  }
}
