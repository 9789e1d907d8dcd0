/**
 * Goal: lines that are no documents have their fate as well, a full disk drops none, and a stop promises nothing.
 * Method: a settler, a destination that answers as the test says, and a clock that the test moves.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { STORED, UNAVAILABLE } from "../../support/scripted-sink.ts";
import { rest } from "../../support/virtual-clock.ts";
import { batchOf, Settling } from "./settling.ts";

let lane: Settling;
let linesLeft = 0;
beforeEach(() => {
  lane = new Settling();
  linesLeft = 0;
});
afterEach(() => {
  const { stored, duplicate, deadLetter, skipped } = lane.counters.fates;
  const fates = stored + duplicate + deadLetter + skipped;
  expect(lane.counters.linesRead, "every line has one fate").toBe(fates + lane.counters.inFlightLines);
  expect(lane.counters.inFlightLines).toBe(linesLeft);
});

describe("lines that are no documents", () => {
  test("are dead letters, and nothing is sent for them", async () => {
    expect(await lane.settle(batchOf([], { broken: ["torn", "{"], skipped: 3 }))).toBe(true);
    expect(lane.sink.requests).toEqual([]);
    expect(lane.letters).toEqual(["torn", "{"]);
    expect(lane.deadLetters.kept[0]).toMatchObject({
      type: "not_json",
      attempts: 0,
      sha256: expect.any(String),
    });
    expect(lane.counters.fates).toEqual({ stored: 0, duplicate: 0, deadLetter: 2, skipped: 3 });
  });

  test("beside documents: both get their fate", async () => {
    expect(await lane.settle(batchOf(["a"], { broken: ["torn"], skipped: 1 }))).toBe(true);
    expect(lane.counters.fates).toEqual({ stored: 1, duplicate: 0, deadLetter: 1, skipped: 1 });
  });
});

describe("dead letters that cannot be written", () => {
  test("stop the lane until they can; nothing is dropped", async () => {
    lane.deadLetters.failure = new Error("disk full");
    const settling = lane.begin(batchOf(["a"], { broken: ["torn"] }));
    await lane.clock.runUntil(() => lane.deadLetters.attempts >= 5, "some attempts");
    expect(lane.sink.requests).toEqual([]);
    expect(lane.trouble.state).toBe("blocked");
    expect(lane.trouble.message).toMatch(/disk full/);
    expect(lane.counters.fates.deadLetter).toBe(0);
    lane.deadLetters.failure = undefined;
    expect(await lane.clock.runWhile(settling, "the end")).toBe(true);
    expect(lane.letters).toEqual(["torn"]);
    expect(lane.counters.fates).toMatchObject({ stored: 1, deadLetter: 1 });
  });

  test("are no trouble any more once they are written, also where nothing is to be sent", async () => {
    lane.deadLetters.failure = new Error("disk full");
    const settling = lane.begin(batchOf([], { broken: ["torn"] }));
    await lane.clock.runUntil(() => lane.deadLetters.attempts >= 2, "some attempts");
    lane.deadLetters.failure = undefined;
    await lane.clock.runWhile(settling, "the end");
    expect(lane.trouble.state).toBeUndefined();
  });
});

describe("stop", () => {
  test("during a pause ends at once, and the batch is not settled", async () => {
    lane.sink.answer = () => UNAVAILABLE;
    const settling = lane.begin(batchOf(["a", "b"]));
    await rest();
    lane.stop.abort();
    expect(await settling).toBe(false);
    expect(lane.sink.requests).toHaveLength(1);
    linesLeft = 2;
  });

  test("while a request is under way lets it end, and what it stored counts", async () => {
    let end = (): void => undefined;
    lane.sink.answer = () =>
      new Promise((resolve) => {
        end = () => resolve(STORED);
      });
    const settling = lane.begin(batchOf(["a"]));
    await rest();
    lane.stop.abort();
    await rest();
    end();
    expect(await settling).toBe(true);
    expect(lane.counters.fates.stored).toBe(1);
  });

  test("while dead letters cannot be written ends, and the batch is not settled", async () => {
    lane.deadLetters.failure = new Error("disk full");
    const settling = lane.begin(batchOf([], { broken: ["torn"] }));
    await rest();
    lane.stop.abort();
    expect(await settling).toBe(false);
    linesLeft = 1;
  });

  test("before the first request sends nothing", async () => {
    lane.stop.abort();
    expect(await lane.settle(batchOf(["a"]))).toBe(false);
    expect(lane.sink.requests).toEqual([]);
    linesLeft = 1;
  });
});
