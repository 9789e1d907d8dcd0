/**
 * Goal: what passes by itself is waited for, but not for ever.
 * Method: questions that fail as often as the test says, on a virtual clock.
 */
import { expect, test } from "vitest";
import { PresenceFault } from "../../../src/sinks/presence.ts";
import { askPatiently } from "../../../src/verify/patience.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { DENIED, DOWN } from "./memory-presence.ts";

/** Asks something that fails with these errors first; tells how often it was asked. */
async function ask(faults: readonly Error[], signal = new AbortController().signal) {
  const clock = new VirtualClock();
  let asked = 0;
  const answer = askPatiently(
    async () => {
      const fault = faults[asked++];
      if (fault !== undefined) throw fault;
      return "answer";
    },
    { clock, random: { next: () => 0.9 }, signal },
  ).catch((error: unknown) => error);
  let isOver = false;
  void answer.then(() => {
    isOver = true;
  });
  await clock.runUntil(() => isOver, "an answer");
  return { answer: await answer, asked };
}

test("asks again until there is an answer", async () => {
  expect(await ask([DOWN, DOWN, DOWN, DOWN])).toEqual({ answer: "answer", asked: 5 });
});

test("gives up after five times", async () => {
  expect(await ask(Array.from({ length: 9 }, () => DOWN))).toEqual({ answer: DOWN, asked: 5 });
});

test.each([
  ["does not pass by itself", DENIED],
  [
    "wants to be left alone for long",
    new PresenceFault({
      outcome: "unavailable",
      reason: "throttled",
      message: "later",
      retryAfterMs: 60_000,
    }),
  ],
  ["is a defect", new Error("a defect")],
])("does not ask again what %s", async (_, fault) => {
  expect(await ask([fault])).toEqual({ answer: fault, asked: 1 });
});

test("does not ask again once it was interrupted", async () => {
  expect(await ask([DOWN], AbortSignal.abort())).toEqual({ answer: DOWN, asked: 1 });
});
