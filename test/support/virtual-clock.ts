/** A clock that stands still until a test moves it. */
import assert from "node:assert/strict";
import { setImmediate as nextRound } from "node:timers/promises";
import type { Clock } from "../../src/system/clock.ts";

interface Sleeper {
  readonly wakeMs: number;
  readonly wake: () => void;
}

/** How long real work (files, databases) may take before a test gives up waiting. */
const PATIENCE_MS = 20_000;

export class VirtualClock implements Clock {
  readonly #originMs: number;
  readonly #sleepers = new Set<Sleeper>();
  /** The durations that were asked for, in order. */
  readonly sleeps: number[] = [];
  #elapsedMs = 0;

  /** @param originMs the wall-clock time at the start */
  constructor(originMs = Date.UTC(2026, 3, 3, 12)) {
    this.#originMs = originMs;
  }

  nowMs(): number {
    return this.#originMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(durationMs);
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { wakeMs: this.#elapsedMs + durationMs, wake };
      if (signal?.aborted || durationMs <= 0) {
        resolve();
        return;
      }
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /** Moves the time on; whoever sleeps wakes when it is due. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#elapsedMs + durationMs;
    await nextRound();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.wakeMs > endMs) break;
      this.#elapsedMs = Math.max(this.#elapsedMs, next.wakeMs);
      next.wake();
      await nextRound();
    }
    this.#elapsedMs = endMs;
    await nextRound();
  }

  /** Gives real work (files, databases) its turns and jumps from one sleeper to the next until `condition` holds. */
  async runUntil(condition: () => boolean, what: string): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!condition()) {
      assert(performance.now() < deadlineMs, `waited ${PATIENCE_MS} ms in vain for: ${what}`);
      for (let round = 0; round < 5; round++) await nextRound();
      const next = this.#next();
      if (next === undefined || condition()) continue;
      this.#elapsedMs = Math.max(this.#elapsedMs, next.wakeMs);
      next.wake();
    }
  }

  /** Runs, as `runUntil`, until `promise` is settled; returns what it gives. */
  async runWhile<Result>(promise: Promise<Result>, what: string): Promise<Result> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    await this.runUntil(() => isSettled, what);
    return promise;
  }

  #next(): Sleeper | undefined {
    return [...this.#sleepers].sort((a, b) => a.wakeMs - b.wakeMs)[0];
  }
}

/** Lets everything run that can run without the time moving. */
export async function rest(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round++) await nextRound();
}
