/**
 * Goal: the real clock tells the time, and a sleep ends when it is over or given up, never with an error.
 * Method: short sleeps; only their order is looked at.
 */
import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/system/clock.ts";

test("it tells wall-clock time, and time that never goes back", () => {
  const [before, monotonicBefore] = [Date.now(), systemClock.monotonicMs()];
  expect(systemClock.nowMs()).toBeGreaterThanOrEqual(before);
  expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(monotonicBefore);
});

test("a shorter sleep ends before a longer one", async () => {
  const ended: string[] = [];
  await Promise.all([
    systemClock.sleep(200).then(() => ended.push("long")),
    systemClock.sleep(1).then(() => ended.push("short")),
  ]);
  expect(ended).toEqual(["short", "long"]);
});

test("a sleep longer than timers can be does not end at once", async () => {
  const stop = new AbortController();
  const ended: string[] = [];
  const long = systemClock.sleep(2 ** 32, stop.signal).then(() => ended.push("long"));
  await systemClock.sleep(20).then(() => ended.push("short"));
  stop.abort();
  await long;
  expect(ended).toEqual(["short", "long"]);
});

test("a sleep that is given up ends at once, before or after it began", async () => {
  const stop = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, stop.signal);
  stop.abort();
  await sleeping;
  await systemClock.sleep(3_600_000, stop.signal);
  expect(stop.signal.aborted).toBe(true);
});

test("a sleep that is over has left its signal alone", async () => {
  const { signal } = new AbortController();
  const sleeping = systemClock.sleep(1, signal);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  await sleeping;
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});
