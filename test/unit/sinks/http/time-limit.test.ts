/**
 * Goal: a request ends when its time is over or when it is given up, and is told apart.
 * Method: a clock whose sleep the test ends.
 */
import { expect, it, vi } from "vitest";
import { TimeLimit } from "../../../../src/sinks/http/time-limit.ts";
import { systemClock } from "../../../../src/system/clock.ts";

function clockThatSleepsUntil(over: Promise<void>) {
  return {
    ...systemClock,
    sleep: (_: number, signal?: AbortSignal) =>
      Promise.race([
        over,
        new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve())),
      ]),
  };
}

const NEVER = new Promise<void>(() => undefined);

it("aborts a request whose time is over", async () => {
  const limit = new TimeLimit(clockThatSleepsUntil(Promise.resolve()), 1000, new AbortController().signal);
  expect([limit.failure, limit.signal.aborted]).toEqual([undefined, false]);
  await vi.waitFor(() => expect(limit.signal.aborted).toBe(true));
  expect(limit.failure).toBe("timeout");
});

it("aborts a request that is given up, now or before", () => {
  for (const isBefore of [true, false]) {
    const giveUp = new AbortController();
    if (isBefore) giveUp.abort();
    const limit = new TimeLimit(clockThatSleepsUntil(NEVER), 1000, giveUp.signal);
    expect(limit.signal.aborted).toBe(isBefore);
    giveUp.abort();
    expect(limit.signal.aborted).toBe(true);
    expect(limit.failure).toBe("aborted");
  }
});

it("aborts nothing that has ended", async () => {
  const giveUp = new AbortController();
  const limit = new TimeLimit(clockThatSleepsUntil(NEVER), 1000, giveUp.signal);
  limit.end();
  giveUp.abort();
  await Promise.resolve();
  expect(limit.signal.aborted).toBe(false);
  expect(limit.isExceeded).toBe(false);
});
