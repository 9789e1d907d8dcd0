/**
 * Goal: a sick destination is asked by one delivery at a time, each after a longer wait; a well one by all.
 * Method: deliveries that note when they pass, and a clock that the test moves.
 */
import assert from "node:assert/strict";
import { beforeEach, expect, test } from "vitest";
import { Gate, type Passage } from "../../../src/lane/gate.ts";
import { rest, VirtualClock } from "../../support/virtual-clock.ts";

let clock: VirtualClock;
let gate: Gate;
let passages: Map<string, Passage | undefined>;
const never = new AbortController().signal;
beforeEach(() => {
  clock = new VirtualClock();
  gate = new Gate({ initialMs: 1000, maxMs: 8000 }, clock, { next: () => 1 });
  passages = new Map();
});

/** Who has passed so far, in order. */
function passed(): string[] {
  return [...passages.keys()];
}

async function pass(name: string, signal = never): Promise<void> {
  const passage = await gate.pass(signal);
  passages.delete(name);
  passages.set(name, passage);
}

function passageOf(name: string): Passage {
  const passage = passages.get(name);
  assert(passage !== undefined, `${name} has not passed`);
  return passage;
}

/** Makes the gate wait, as one failure does. */
async function failOnce(retryAfterMs = 0): Promise<void> {
  const passage = await gate.pass(never);
  passage?.failed(retryAfterMs, false);
}

test("while the sink is well, everybody passes at once", async () => {
  await Promise.all([pass("a"), pass("b")]);
  expect(gate.isOpen).toBe(true);
  expect(clock.sleeps).toEqual([]);
});

test("after a failure one waits and asks, the others wait for its answer", async () => {
  await failOnce();
  for (const name of ["a", "b", "c"]) void pass(name);
  await clock.advance(999);
  expect(passed()).toEqual([]);
  await clock.advance(1);
  expect(passed()).toEqual(["a"]);
  await clock.advance(100_000);
  expect(passed()).toEqual(["a"]);
});

test("in a hurry the one that waits asks now, and the waits begin anew", async () => {
  for (let times = 0; times < 3; times++) {
    const failing = failOnce();
    await clock.advance(8000);
    await failing;
  }
  void pass("a");
  await clock.advance(1000);
  expect(passed()).toEqual([]);
  gate.hurry();
  await rest();
  expect(passed()).toEqual(["a"]);
  passageOf("a").failed(0, false);
  void pass("b");
  await clock.advance(1999);
  expect(passed()).toEqual(["a"]);
  await clock.advance(1);
  expect(passed()).toEqual(["a", "b"]);
});

test("each failure makes the wait longer, and it is the next one's turn", async () => {
  await failOnce();
  for (const name of ["a", "b"]) void pass(name);
  await clock.advance(1000);
  passageOf("a").failed(0, false);
  void pass("a");
  await clock.advance(1999);
  expect(passed()).toEqual(["a"]);
  await clock.advance(1);
  expect(passed()).toEqual(["a", "b"]);
  passageOf("b").failed(0, false);
  await clock.advance(4000);
  expect(passed()).toEqual(["b", "a"]);
});

test("several that fail at once are one failure", async () => {
  await Promise.all(["a", "b", "c", "d"].map((name) => pass(name)));
  for (const name of ["a", "b", "c", "d"]) passageOf(name).failed(0, false);
  void pass("next");
  await clock.advance(1000);
  expect(passed()).toContain("next");
});

test("one that fails late does not take the turn of the one that probes", async () => {
  await Promise.all(["a", "late"].map((name) => pass(name)));
  passageOf("a").failed(0, false);
  for (const name of ["probe", "other"]) void pass(name);
  await clock.advance(500);
  passageOf("late").failed(0, false);
  await clock.advance(100_000);
  expect(passed()).toEqual(["a", "late", "probe"]);
});

test("a success lets everybody through", async () => {
  await failOnce();
  for (const name of ["a", "b", "c"]) void pass(name);
  await clock.advance(1000);
  passageOf("a").succeeded();
  await rest();
  expect(passed()).toEqual(["a", "b", "c"]);
  expect(gate.isOpen).toBe(true);
});

test("where a part was taken, the waits begin anew", async () => {
  await failOnce();
  for (let failure = 0; failure < 5; failure++) {
    await clock.runWhile(pass("a"), "the next attempt");
    passageOf("a").failed(0, failure === 4);
  }
  void pass("b");
  await clock.advance(1000);
  expect(passed()).toEqual(["a", "b"]);
});

test("the destination's own wish is obeyed, once", async () => {
  await failOnce(20_000);
  void pass("a");
  await clock.advance(19_999);
  expect(passed()).toEqual([]);
  await clock.advance(1);
  passageOf("a").failed(0, false);
  void pass("b");
  await clock.advance(2000);
  expect(passed()).toEqual(["a", "b"]);
});

test("an answer that tells nothing lets the next one ask, after the same wait", async () => {
  await failOnce();
  for (const name of ["a", "b"]) void pass(name);
  await clock.advance(1000);
  passageOf("a").undecided();
  await clock.advance(1000);
  expect(passed()).toEqual(["a", "b"]);
  expect(gate.isOpen).toBe(false);
});

test("shut by several answers together, it opens again with a success", async () => {
  gate.shut();
  expect(gate.isOpen).toBe(false);
  void pass("a");
  await clock.advance(1000);
  passageOf("a").succeeded();
  expect(gate.isOpen).toBe(true);
});

test("an abort ends every wait, that of the probe and those of the others, and leaves the gate in order", async () => {
  const stop = new AbortController();
  await failOnce();
  const waiting = ["a", "b", "c"].map((name) => pass(name, stop.signal));
  await rest();
  stop.abort();
  await Promise.all(waiting);
  expect([...passages.values()]).toEqual([undefined, undefined, undefined]);
  void pass("d");
  await clock.advance(1000);
  expect(passages.get("d")).toBeDefined();
});

test("after an abort nobody passes, also while the sink is well", async () => {
  const stop = new AbortController();
  stop.abort();
  await pass("a", stop.signal);
  expect(passages.get("a")).toBeUndefined();
});
