/**
 * Goal: a wait ends with its value, its error, or as soon as it is given up, and leaves no listener behind.
 * Method: promises that the test ends or never ends.
 */
import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { unlessAborted } from "../../../../src/sinks/http/unless-aborted.ts";

const NEVER = new Promise<never>(() => undefined);

it("gives the value, or the error", async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
  await expect(unlessAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("ends as soon as it is given up, now or before", async () => {
  const giveUp = new AbortController();
  const waiting = unlessAborted(NEVER, giveUp.signal);
  giveUp.abort();
  await expect(waiting).rejects.toThrow("aborted");
  await expect(unlessAborted(NEVER, giveUp.signal)).rejects.toThrow("aborted");
});
