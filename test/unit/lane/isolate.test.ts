/**
 * Goal: a request that is refused as a whole (400) condemns no line by itself: single lines only, only for
 * their own fault, and only where others pass.
 * Method: a settler and a destination that refuses every request which holds certain lines.
 */
import { beforeEach, describe, expect, test } from "vitest";
import type { DocumentError } from "../../../src/sinks/sink.ts";
import { DOCUMENT_ERROR, judged, OTHER_ERROR, refused, STORED } from "../../support/scripted-sink.ts";
import { rest } from "../../support/virtual-clock.ts";
import { batchOf, Settling } from "./settling.ts";

let lane: Settling;
beforeEach(() => {
  lane = new Settling();
});

/** Refuses requests with one of `bad`. */
function refuse(error: DocumentError, ...bad: readonly string[]): void {
  lane.sink.answer = (lines) => (lines.some((line) => bad.includes(line)) ? refused(error) : STORED);
}

function linesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${index}`);
}

describe("one line is refused alone while others pass", () => {
  test.each([2, 3, 8, 9, 50, 1000])(
    "for its own fault: a dead letter, all others of %d lines are stored",
    async (count) => {
      const lines = linesOf(count);
      const bad = `line ${count >> 1}`;
      refuse(DOCUMENT_ERROR, bad);
      expect(await lane.settle(batchOf(lines))).toBe(true);
      expect(lane.letters).toEqual([bad]);
      expect(lane.deadLetters.kept[0]).toMatchObject({ type: DOCUMENT_ERROR.type, attempts: 1 });
      expect(lane.counters.fates).toMatchObject({ stored: count - 1, deadLetter: 1 });
      expect(lane.counters.inFlightLines).toBe(0);
      expect(lane.sink.requests.length).toBeLessThan(8 + 2 * Math.log2(count) + 4);
    },
  );

  test("not for its own fault: the lane is blocked with that line, all others are stored", async () => {
    refuse(OTHER_ERROR, "line 3");
    const settling = lane.begin(batchOf(linesOf(20)));
    await lane.clock.runUntil(() => lane.counters.fates.stored === 19, "the others");
    await lane.clock.runUntil(() => lane.sink.requests.length > 30, "some more attempts");
    expect(lane.trouble.state).toBe("blocked");
    expect(lane.trouble.message).toBe("400 illegal_argument_exception");
    expect(lane.letters).toEqual([]);
    lane.sink.answer = () => STORED;
    expect(await lane.clock.runWhile(settling, "the end")).toBe(true);
    expect(lane.counters.fates).toMatchObject({ stored: 20, deadLetter: 0 });
  });

  test("several such lines: each is a dead letter", async () => {
    const bad = ["line 5", "line 6", "line 77"];
    refuse(DOCUMENT_ERROR, ...bad);
    expect(await lane.settle(batchOf(linesOf(100)))).toBe(true);
    expect(lane.letters).toEqual(bad);
    expect(lane.counters.fates).toMatchObject({ stored: 97, deadLetter: 3 });
  });

  test("every second line: the ones that pass are found, whatever the distances are", async () => {
    const lines = linesOf(64);
    const bad = lines.filter((_, index) => index % 2 === 0);
    refuse(DOCUMENT_ERROR, ...bad);
    expect(await lane.settle(batchOf(lines))).toBe(true);
    expect(lane.letters.toSorted()).toEqual(bad.toSorted());
    expect(lane.counters.fates).toMatchObject({ stored: 32, deadLetter: 32 });
  });
});

describe("every line is refused", () => {
  test("nothing is a dead letter, few requests are made, and all is stored once the destination is well", async () => {
    lane.sink.answer = () => refused(DOCUMENT_ERROR);
    const settling = lane.begin(batchOf(linesOf(1000)));
    await rest(200);
    expect(lane.sink.requests.length).toBeLessThanOrEqual(10);
    await lane.clock.runUntil(() => lane.clock.monotonicMs() > 3_600_000, "an hour");
    expect(lane.sink.requests.length).toBeLessThan(600);
    expect(lane.trouble.state).toBe("blocked");
    expect(lane.letters).toEqual([]);
    lane.sink.answer = () => STORED;
    expect(await lane.clock.runWhile(settling, "the end")).toBe(true);
    expect(lane.counters.fates).toMatchObject({ stored: 1000, deadLetter: 0 });
  });

  test("a lone line waits until another passes, and is judged then", async () => {
    refuse(DOCUMENT_ERROR, "bad");
    const settling = lane.begin(batchOf(["bad"]));
    await lane.clock.runUntil(() => lane.sink.requests.length >= 5, "some attempts");
    expect(lane.letters).toEqual([]);
    expect(lane.trouble.state).toBe("blocked");
    const other = lane.begin(batchOf(["good"]));
    await lane.clock.runWhile(Promise.all([settling, other]), "both");
    expect(lane.letters).toEqual(["bad"]);
    expect(lane.counters.fates).toMatchObject({ stored: 1, deadLetter: 1 });
  });
});

test("a line is condemned only if it was refused alone, also where another batch passes meanwhile", async () => {
  const bad = linesOf(40);
  refuse(DOCUMENT_ERROR, ...bad);
  const settling = lane.begin(batchOf(bad));
  const other = lane.begin(batchOf(["good"]));
  await lane.clock.runWhile(Promise.all([settling, other]), "both");
  expect(lane.letters.toSorted()).toEqual(bad.toSorted());
  const alone = lane.sink.requests.filter((lines) => lines.length === 1).flat();
  expect(alone).toEqual(expect.arrayContaining(bad));
});

test("an answer that judges, but takes nothing, does not count as passing", async () => {
  lane.sink.answer = (lines) =>
    lines[0] === "judged"
      ? judged(lines, () => ({ verdict: "refused", error: DOCUMENT_ERROR }))
      : refused(DOCUMENT_ERROR);
  const settling = lane.begin(batchOf(["lone"]));
  const other = lane.begin(batchOf(["judged"]));
  await lane.clock.runWhile(other, "the other");
  await lane.clock.runUntil(() => lane.sink.requests.length >= 5, "some attempts");
  expect(lane.letters).toEqual(["judged"]);
  lane.sink.answer = () => STORED;
  expect(await lane.clock.runWhile(settling, "the end")).toBe(true);
});

test("stop in the middle of the search ends it, and the batch is not settled", async () => {
  lane.sink.answer = (_lines, request) => {
    if (request === 3) lane.stop.abort();
    return refused(DOCUMENT_ERROR);
  };
  expect(await lane.settle(batchOf(linesOf(50)))).toBe(false);
  expect(lane.sink.requests).toHaveLength(3);
  expect(lane.letters).toEqual([]);
});

test("a refusal of what was deferred concerns only that: what was stored before is not sent again", async () => {
  const lines = linesOf(6);
  lane.sink.answer = (sent, request) => {
    if (request === 1)
      return judged(sent, (line) =>
        line === "line 1" || line === "line 4"
          ? { verdict: "deferred", reason: "throttled" }
          : { verdict: "stored" },
      );
    return sent.includes("line 4") ? refused(DOCUMENT_ERROR) : STORED;
  };
  expect(await lane.settle(batchOf(lines))).toBe(true);
  expect(lane.counters.fates).toEqual({ stored: 5, duplicate: 0, deadLetter: 1, skipped: 0 });
  expect(lane.counters.inFlightLines).toBe(0);
  expect(lane.letters).toEqual(["line 4"]);
  expect(lane.sink.requests.slice(1).flat()).not.toContain("line 0");
});
