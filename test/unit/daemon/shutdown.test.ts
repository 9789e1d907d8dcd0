/**
 * Goal: a stop is at once or drains first, and never takes longer than its deadline.
 * Method: a virtual clock, and a sweep that the test ends.
 */
import { expect, test } from "vitest";
import { Shutdown } from "../../../src/daemon/shutdown.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

function begun(drainsFirst: boolean, sweep: () => Promise<void> = async () => undefined) {
  const clock = new VirtualClock();
  const shutdown = new Shutdown("run", { timeoutMs: 12_000, drainsFirst }, clock);
  expect([shutdown.goal, shutdown.halt.aborted, shutdown.abort.aborted]).toEqual(["run", false, false]);
  shutdown.begin(sweep);
  return { clock, shutdown };
}

test("usually nothing more is read, and what is in flight has until the deadline", async () => {
  const { clock, shutdown } = begun(false);
  expect([shutdown.goal, shutdown.halt.aborted, shutdown.abort.aborted]).toEqual(["run", true, false]);
  await clock.advance(12_000);
  expect(shutdown.abort.aborted).toBe(true);
});

test("a drain reads on after a fresh look, until shortly before the deadline", async () => {
  const { clock, shutdown } = begun(true);
  await clock.advance(1);
  expect([shutdown.goal, shutdown.halt.aborted]).toEqual(["drain", false]);
  await clock.advance(9000);
  expect([shutdown.halt.aborted, shutdown.abort.aborted]).toEqual([true, false]);
  await clock.advance(3000);
  expect(shutdown.abort.aborted).toBe(true);
});

test("a folder that does not answer cannot hold up a stop", async () => {
  const { clock, shutdown } = begun(true, () => new Promise(() => undefined));
  await clock.advance(12_000);
  expect([shutdown.goal, shutdown.halt.aborted, shutdown.abort.aborted]).toEqual(["run", true, true]);
});

test("the end is at once", () => {
  const { shutdown } = begun(true);
  shutdown.end();
  expect([shutdown.halt.aborted, shutdown.abort.aborted]).toEqual([true, true]);
});
