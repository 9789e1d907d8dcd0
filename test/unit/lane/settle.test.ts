/**
 * Goal: each row of the table of fates in docs/delivery.md, so that no answer of a destination loses a line.
 * Method: a settler, a destination that answers as the test says, and a clock that the test moves.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeliveryReport } from "../../../src/sinks/sink.ts";
import {
  BLOCKED,
  DOCUMENT_ERROR,
  judged,
  LinesPayload,
  OTHER_ERROR,
  STORED,
  TOO_LARGE,
  UNAVAILABLE,
} from "../../support/scripted-sink.ts";
import { rest } from "../../support/virtual-clock.ts";
import { batchOf, GENERATION, NAME, Settling } from "./settling.ts";

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

describe("stored", () => {
  test("as a whole: every line is counted as stored, with one request", async () => {
    expect(await lane.settle(batchOf(["a", "b"]))).toBe(true);
    expect(lane.sink.requests).toEqual([["a", "b"]]);
    expect(lane.counters.fates.stored).toBe(2);
  });

  test("or there already: acknowledged, and counted apart", async () => {
    lane.sink.answer = (lines) =>
      judged(lines, (line) => ({ verdict: line === "a" ? "duplicate" : "stored" }));
    expect(await lane.settle(batchOf(["a", "b", "c"]))).toBe(true);
    expect(lane.counters.fates).toMatchObject({ stored: 2, duplicate: 1 });
    expect(lane.sink.requests).toHaveLength(1);
  });
});

describe("refused, one document among others", () => {
  test("for its own fault: a dead letter with type and reason, the others are stored", async () => {
    lane.sink.answer = (lines) =>
      judged(lines, (line) =>
        line === "bad" ? { verdict: "refused", error: DOCUMENT_ERROR } : { verdict: "stored" },
      );
    expect(await lane.settle(batchOf(["a", "bad", "c"]))).toBe(true);
    expect(lane.sink.requests).toHaveLength(1);
    expect(lane.counters.fates).toMatchObject({ stored: 2, deadLetter: 1 });
    expect(lane.deadLetters.kept).toEqual([
      {
        sink: "search",
        id: `${GENERATION.id}-100`,
        generationId: GENERATION.id,
        file: NAME,
        offset: 100,
        lengthBytes: 3,
        type: DOCUMENT_ERROR.type,
        reason: DOCUMENT_ERROR.reason,
        timeMs: lane.clock.nowMs(),
        attempts: 1,
        line: Buffer.from("bad"),
        sha256: undefined,
        timestamp: "2026-04-03T00:00:00Z",
      },
    ]);
  });

  test("not for its own fault: the lane is blocked and sends only that one again, until it is taken", async () => {
    lane.sink.answer = (lines, request) =>
      judged(lines, (line) =>
        line === "b" && request < 4 ? { verdict: "refused", error: OTHER_ERROR } : { verdict: "stored" },
      );
    const settling = lane.begin(batchOf(["a", "b", "c"]));
    await rest();
    expect(lane.trouble.state).toBe("blocked");
    expect(await lane.clock.runWhile(settling, "the end")).toBe(true);
    expect(lane.sink.requests).toEqual([["a", "b", "c"], ["b"], ["b"], ["b"]]);
    expect(lane.counters.fates).toMatchObject({ stored: 3, deadLetter: 0 });
    expect(lane.counters.retries).toEqual({ illegal_argument_exception: 3 });
    expect(lane.trouble.state).toBeUndefined();
  });
});

test("deferred, one document among others: only that one goes again, after a pause", async () => {
  lane.sink.answer = (lines, request) =>
    judged(lines, (line) =>
      line === "b" && request === 1 ? { verdict: "deferred", reason: "rejected" } : { verdict: "stored" },
    );
  expect(await lane.settle(batchOf(["a", "b", "c"]))).toBe(true);
  expect(lane.sink.requests).toEqual([["a", "b", "c"], ["b"]]);
  expect(lane.clock.sleeps).toEqual([250]);
  expect(lane.counters.retries).toEqual({ rejected: 1 });
});

describe("the destination does not judge", () => {
  test.each<[string, DeliveryReport, string]>([
    ["unavailable (408, 425, 429, 5xx, network, time-out)", UNAVAILABLE, "retrying"],
    ["blocked (401, 403, read-only, missing index)", BLOCKED, "blocked"],
  ])("%s: the same batch goes again, for ever", async (_, report, state) => {
    lane.sink.answer = (_lines, request) => (request <= 50 ? report : STORED);
    const settling = lane.begin(batchOf(["a", "b"]));
    await rest();
    expect(lane.trouble.state).toBe(state);
    expect(await lane.clock.runWhile(settling, "the end")).toBe(true);
    expect(lane.sink.requests).toHaveLength(51);
    expect(lane.sink.requests.every((lines) => lines.join() === "a,b")).toBe(true);
    expect(lane.letters).toEqual([]);
    expect(lane.trouble.state).toBeUndefined();
  });

  test("the pauses grow up to the longest", async () => {
    lane.sink.answer = (_lines, request) => (request <= 9 ? UNAVAILABLE : STORED);
    await lane.settle(batchOf(["a"]));
    expect(lane.clock.sleeps).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  test("its own wish for a pause is obeyed", async () => {
    lane.sink.answer = (_lines, request) =>
      request === 1
        ? { outcome: "unavailable", reason: "http_429", message: "429", retryAfterMs: 60_000 }
        : STORED;
    await lane.settle(batchOf(["a"]));
    expect(lane.clock.sleeps).toEqual([60_000]);
  });

  test("it is said once in the log, and once when it is over", async () => {
    lane.sink.answer = (_lines, request) => (request <= 9 ? BLOCKED : STORED);
    await lane.settle(batchOf(["a"]));
    expect(lane.recorded.entries.map(({ level }) => level)).toEqual(["error", "info"]);
    expect(lane.recorded.entries[0]?.fields).toMatchObject({ sink: "search", detail: "403: not allowed" });
  });

  test("while it is down, only one of several batches asks at a time", async () => {
    lane.sink.answer = async (_lines, request) => {
      await lane.clock.sleep(700);
      return request <= 12 ? UNAVAILABLE : STORED;
    };
    const batches = ["a", "b", "c"].map((text) => lane.begin(batchOf([text])));
    await rest();
    expect(lane.sink.underWayMax).toBe(3);
    lane.sink.underWayMax = 0;
    await lane.clock.runUntil(() => lane.sink.requests.length === 12, "more attempts");
    expect(lane.sink.underWayMax).toBe(1);
    await lane.clock.runWhile(Promise.all(batches), "the end");
    expect(lane.counters.fates.stored).toBe(3);
  });
});

describe("too large", () => {
  test("halved until it fits", async () => {
    lane.sink.answer = (lines) => (lines.length > 2 ? TOO_LARGE : STORED);
    expect(await lane.settle(batchOf(["a", "b", "c", "d", "e"]))).toBe(true);
    expect(lane.sink.requests).toEqual([
      ["a", "b", "c", "d", "e"],
      ["a", "b"],
      ["c", "d", "e"],
      ["c"],
      ["d", "e"],
    ]);
    expect(lane.counters.fates).toMatchObject({ stored: 5, deadLetter: 0 });
  });

  test("down to one line, which is a dead letter; the others are stored", async () => {
    lane.sink.answer = (lines) => (lines.includes("huge") ? TOO_LARGE : STORED);
    expect(await lane.settle(batchOf(["a", "huge", "c", "d"]))).toBe(true);
    expect(lane.letters).toEqual(["huge"]);
    expect(lane.deadLetters.kept[0]).toMatchObject({ type: "too_large", offset: 100 });
    expect(lane.counters.fates).toMatchObject({ stored: 3, deadLetter: 1 });
  });
});

describe("opening the destination", () => {
  test("happens once, before the first request", async () => {
    await lane.settle(batchOf(["a"]));
    await lane.settle(batchOf(["b"]));
    expect(lane.sink.opened).toBe(1);
  });

  test("is tried until it is ready, and nothing is sent before", async () => {
    lane.sink.openAnswer = () => {
      expect(lane.sink.requests).toEqual([]);
      return lane.sink.opened < 4
        ? { outcome: "unavailable", reason: "network", message: "refused" }
        : { outcome: "ready", warning: "no template" };
    };
    expect(await lane.settle(batchOf(["a"]))).toBe(true);
    expect(lane.sink.opened).toBe(4);
    expect(lane.recorded.messages("warn")).toContain("no template");
  });
});

test("a sink that commits progress gets a batch without documents as well", async () => {
  const saved = { load: async () => [], save: async () => undefined };
  Object.assign(lane.sink, { progress: saved });
  expect(await lane.settle(batchOf([], { skipped: 2 }))).toBe(true);
  expect(lane.sink.requests).toEqual([[]]);
});

test("a sink that gives too few verdicts is a defect, not a loss", async () => {
  lane.sink.answer = () => judged(["a"], () => ({ verdict: "stored" }));
  await expect(lane.begin(batchOf(["a", "b"]))).rejects.toThrow(/one verdict for each document/);
  linesLeft = 2;
});

test("a sink that throws is a defect, not a loss", async () => {
  lane.sink.answer = () => {
    throw new Error("a bug");
  };
  await expect(lane.begin(batchOf(["a"]))).rejects.toThrow("a bug");
  linesLeft = 1;
});

test("sizes and durations of deliveries are observed", async () => {
  lane.sink.answer = async () => {
    await lane.clock.sleep(40);
    return STORED;
  };
  await lane.settle(batchOf(["abc", "de"]));
  expect(lane.counters.batchBytes.sum).toBe(5);
  expect(lane.counters.deliverSeconds.sum).toBeCloseTo(0.04);
});

test("the payload handed over is the batch's own while nothing has to be left out", async () => {
  const batch = batchOf(["a", "b"]);
  await lane.settle(batch);
  expect(lane.sink.payloads[0]).toBe(batch.payload);
  expect(batch.payload).toBeInstanceOf(LinesPayload);
});
