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
  const abort = vi.fn();
  const signal = new AbortController().signal;
  const limit = new TimeLimit(clockThatSleepsUntil(Promise.resolve()), 1000, signal, abort);
  expect(limit.failure).toBeUndefined();
  await vi.waitFor(() => expect(abort).toHaveBeenCalledOnce());
  expect(limit.failure).toBe("timeout");
});

it("aborts a request that is given up, now or before", () => {
  for (const isBefore of [true, false]) {
    const abort = vi.fn();
    const giveUp = new AbortController();
    if (isBefore) giveUp.abort();
    const limit = new TimeLimit(clockThatSleepsUntil(NEVER), 1000, giveUp.signal, abort);
    giveUp.abort();
    expect(abort).toHaveBeenCalledOnce();
    expect(limit.failure).toBe("aborted");
  }
});

it("aborts nothing that has ended", async () => {
  const abort = vi.fn();
  const giveUp = new AbortController();
  const limit = new TimeLimit(clockThatSleepsUntil(NEVER), 1000, giveUp.signal, abort);
  limit.end();
  giveUp.abort();
  await Promise.resolve();
  expect(abort).not.toHaveBeenCalled();
  expect(limit.isExceeded).toBe(false);
});
