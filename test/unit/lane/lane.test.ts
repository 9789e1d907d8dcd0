/**
 * Goal: a lane sends what is there soon and in full batches, never more at once than the sink allows, and its
 * checkpoints are promises about settled lines only.
 * Method: a real folder, a destination that answers as the test says, a clock that the test moves.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LINE_BYTES_MAX } from "../../../src/tail/block.ts";
import { CHUNK_BYTES } from "../../../src/tail/line-buffer.ts";
import {
  BLOCKED,
  DOCUMENT_ERROR,
  judged,
  LinesPayload,
  STORED,
  UNAVAILABLE,
} from "../../support/scripted-sink.ts";
import { rest } from "../../support/virtual-clock.ts";
import { RunningLane, TODAY, TOMORROW } from "./running-lane.ts";

let lane: RunningLane;
beforeEach(() => {
  lane = new RunningLane();
});
afterEach(() => lane.end());

/** Lines that are all 10 bytes long, 11 with their newline. */
function linesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `{"n":${String(index + 1000)}}`);
}

describe("when a batch goes", () => {
  test("a quiet lane sends its first line at once", async () => {
    await lane.start();
    await lane.until(() => lane.clock.monotonicMs() > 10_000, "some quiet time");
    lane.append(TODAY, '{"n":1}');
    await lane.sweep();
    const sinceMs = lane.clock.monotonicMs();
    expect(await lane.now(() => lane.sink.requests.length === 1)).toBe(true);
    expect(lane.clock.monotonicMs()).toBe(sinceMs);
  });

  test("a busy lane waits no longer than max_wait, and what came meanwhile goes together", async () => {
    lane.append(TODAY, '{"n":1}');
    await lane.start();
    expect(await lane.now(() => lane.sink.requests.length === 1)).toBe(true);
    const sentMs = lane.clock.monotonicMs();
    for (const line of ['{"n":2}', '{"n":3}']) {
      lane.append(TODAY, line);
      await lane.sweep();
      await rest(100);
    }
    expect(lane.sink.requests).toHaveLength(1);
    await lane.until(() => lane.sink.requests.length === 2, "the second batch");
    expect(lane.clock.monotonicMs() - sentMs).toBe(200);
    expect(lane.sink.requests[1]).toEqual(['{"n":2}', '{"n":3}']);
  });

  test("a backlog goes in full batches, without waiting", async () => {
    lane = new RunningLane(undefined, { recordsMax: 10 });
    lane.append(TODAY, ...linesOf(35));
    await lane.start();
    expect(await lane.now(() => lane.sink.requests.length >= 3)).toBe(true);
    expect(lane.sink.requests.slice(0, 3).map(({ length }) => length)).toEqual([10, 10, 10]);
    await lane.until(() => lane.sink.sent.length === 35, "the rest");
    expect(lane.sink.sent).toEqual(linesOf(35));
  });

  test("no batch is larger than the sink's limit of bytes, but for a single large line", async () => {
    lane = new RunningLane(undefined, { bytesMax: 35 });
    const large = `{"large":"${"x".repeat(100)}"}`;
    lane.append(TODAY, ...linesOf(4), large, ...linesOf(2));
    await lane.drain();
    expect(lane.sink.requests.map(({ length }) => length)).toEqual([3, 1, 1, 2]);
    expect(lane.sink.requests[2]).toEqual([large]);
  });

  test("a batch holds lines of one file only", async () => {
    lane.append(TODAY, '{"n":1}');
    lane.append(TOMORROW, '{"n":2}');
    await lane.drain();
    expect(lane.sink.requests).toEqual([['{"n":1}'], ['{"n":2}']]);
  });
});

describe("what is in flight", () => {
  test("is never more than the sink allows, and no more is read meanwhile", async () => {
    const waiting: (() => void)[] = [];
    const answer = () => new Promise<typeof STORED>((resolve) => waiting.push(() => resolve(STORED)));
    lane = new RunningLane(answer, { recordsMax: 10, inFlightMax: 3 });
    lane.append(TODAY, ...linesOf(100));
    await lane.start();
    await lane.until(() => lane.clock.monotonicMs() > 5000, "some time");
    expect(lane.sink.requests).toHaveLength(3);
    expect(lane.lane.snapshot()).toMatchObject({ linesRead: 30, inFlightLines: 30, state: "delivering" });
    for (let requests = 4; requests <= 10; requests++) {
      waiting.shift()?.();
      await lane.until(() => lane.sink.requests.length === requests, "the next batch");
    }
    for (const end of waiting) end();
    expect(lane.sink.underWayMax).toBe(3);
  });

  test("holds a checkpoint back until all before it is settled", async () => {
    const answers = new Map<string, () => void>();
    const answer = (lines: readonly string[]) =>
      new Promise<typeof STORED>((resolve) => answers.set(lines[0] ?? "", () => resolve(STORED)));
    lane = new RunningLane(answer, { recordsMax: 1, inFlightMax: 3 });
    lane.append(TODAY, ...linesOf(3));
    await lane.start();
    await lane.until(() => answers.size === 3, "three batches in flight");
    answers.get('{"n":1002}')?.();
    answers.get('{"n":1001}')?.();
    await lane.until(() => lane.clock.monotonicMs() > 3000, "some time");
    expect(lane.checkpoints.offset(TODAY)).toBe(0);
    expect(lane.lane.snapshot().files).toMatchObject([{ deliveredOffset: 0, lagBytes: 33 }]);
    answers.get('{"n":1000}')?.();
    await lane.until(() => lane.checkpoints.offset(TODAY) === 33, "the checkpoint");
    expect(lane.lane.snapshot().files).toMatchObject([{ deliveredOffset: 33, lagBytes: 0 }]);
  });

  test("gives its memory back once it is settled", async () => {
    lane.append(TODAY, ...linesOf(3));
    await lane.drain();
    expect(lane.sink.payloads.map((payload) => payload instanceof LinesPayload && payload.releases)).toEqual([
      1,
    ]);
  });
});

describe("a drain", () => {
  test("ends at once where there is nothing", async () => {
    await lane.drain();
    expect(lane.sink.requests).toEqual([]);
  });

  test("leaves an unfinished last line alone", async () => {
    writeFileSync(join(lane.directory, TODAY), '{"n":1}\n{"n":2');
    await lane.drain();
    expect(lane.sink.sent).toEqual(['{"n":1}']);
    expect(lane.checkpoints.offset(TODAY)).toBe(8);
  });

  test("waits for a sink that is unavailable, until it is stopped", async () => {
    lane.sink.answer = () => UNAVAILABLE;
    lane.append(TODAY, ...linesOf(3));
    await lane.start("drain");
    await lane.until(() => lane.sink.requests.length > 5, "some attempts");
    expect(lane.lane.snapshot()).toMatchObject({ state: "retrying", lastError: "503", inFlightLines: 3 });
    lane.stop.abort();
    await lane.running;
    expect(lane.checkpoints.offset(TODAY)).toBe(0);
  });

  test("brings broken, over-long, blank and refused lines to their fates, and goes past them", async () => {
    const tooLong = "x".repeat(LINE_BYTES_MAX + 2 * CHUNK_BYTES);
    lane.append(TODAY, '{"n":1}', "torn", "", tooLong, "[1]", '{"bad":1}', '{"n":2}');
    lane.append(TOMORROW, tooLong, '{"n":3}');
    lane.sink.answer = (lines) =>
      judged(lines, (line) =>
        line === '{"bad":1}' ? { verdict: "refused", error: DOCUMENT_ERROR } : { verdict: "stored" },
      );
    await lane.drain();
    expect(lane.lane.snapshot()).toMatchObject({
      linesRead: 9,
      inFlightLines: 0,
      fates: { stored: 3, duplicate: 0, deadLetter: 5, skipped: 1 },
      deadLetters: 5,
      state: "stopped",
    });
    expect(lane.deadLetters.kept.map(({ type }) => type).toSorted()).toEqual([
      "line_too_long",
      "line_too_long",
      DOCUMENT_ERROR.type,
      "not_an_object",
      "not_json",
    ]);
    const overlong = lane.deadLetters.kept.find(({ type }) => type === "line_too_long");
    expect(overlong).toMatchObject({ offset: 14, lengthBytes: tooLong.length, file: TODAY });
    expect(overlong?.line.length).toBe(64 * 1024);
  });
});

describe("a stop", () => {
  test("lets what is in flight end, and saves it", async () => {
    let end = (): void => undefined;
    lane.sink.answer = () =>
      new Promise((resolve) => {
        end = () => resolve(STORED);
      });
    lane.append(TODAY, ...linesOf(3));
    await lane.start();
    expect(await lane.now(() => lane.sink.underWay === 1)).toBe(true);
    lane.stop.abort();
    lane.append(TODAY, '{"n":4}');
    await lane.sweep();
    await rest(100);
    end();
    await lane.running;
    expect(lane.sink.requests).toHaveLength(1);
    expect(lane.checkpoints.offset(TODAY)).toBe(33);
  });

  test("with an abort does not wait for an answer, and promises nothing", async () => {
    lane.sink.answer = (_lines, _request, signal) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve(UNAVAILABLE)));
    lane.append(TODAY, ...linesOf(3));
    await lane.start();
    expect(await lane.now(() => lane.sink.underWay === 1)).toBe(true);
    lane.stop.abort();
    lane.abort.abort();
    await lane.running;
    expect(lane.checkpoints.offset(TODAY)).toBe(0);
    await lane.start("drain");
    lane.sink.answer = () => STORED;
    await lane.clock.runWhile(lane.running, "the drain");
    expect(lane.checkpoints.offset(TODAY)).toBe(33);
  });
});

describe("a defect of a sink", () => {
  test("ends the lane with it", async () => {
    lane.sink.answer = () => {
      throw new Error("a bug");
    };
    lane.append(TODAY, ...linesOf(3));
    await lane.start();
    await expect(lane.clock.runWhile(lane.running, "the end")).rejects.toThrow("a bug");
    expect(lane.checkpoints.offset(TODAY)).toBe(0);
    expect(lane.lane.snapshot().state).toBe("stopped");
  });

  test("ends the lane also while another batch waits for ever", async () => {
    lane = new RunningLane(
      (lines) => {
        if (lines[0] === '{"n":1001}') throw new Error("a bug");
        return UNAVAILABLE;
      },
      { recordsMax: 1 },
    );
    lane.append(TODAY, ...linesOf(2));
    await lane.start();
    await expect(lane.clock.runWhile(lane.running, "the end")).rejects.toThrow("a bug");
  });
});

describe("the snapshot", () => {
  test("of a lane with nothing to do is idle", async () => {
    lane.append(TODAY, ...linesOf(2));
    await lane.start();
    await lane.until(() => lane.lane.snapshot().fates.stored === 2, "delivery");
    expect(lane.lane.snapshot()).toMatchObject({
      name: "search",
      type: "scripted",
      state: "idle",
      oldestUnackedSeconds: 0,
      files: [{ name: TODAY, sizeBytes: 22, deliveredOffset: 22, lagBytes: 0, partialBytes: 0 }],
      deadLetters: 0,
      lastError: undefined,
      linesRead: 2,
      inFlightLines: 0,
    });
  });

  test("tells how long the oldest line waits, and why", async () => {
    lane.sink.answer = () => BLOCKED;
    lane.append(TODAY, ...linesOf(2));
    await lane.start();
    await lane.until(() => lane.clock.monotonicMs() >= 90_000, "a while");
    const { oldestUnackedSeconds, ...shown } = lane.lane.snapshot();
    expect(oldestUnackedSeconds).toBeCloseTo(lane.clock.monotonicMs() / 1000);
    expect(shown).toMatchObject({ state: "blocked", lastError: "403: not allowed" });
    expect(shown.retries["http_403"]).toBeGreaterThan(3);
  });

  test("tells an unfinished last line apart from the lag", async () => {
    lane.sink.answer = () => BLOCKED;
    writeFileSync(join(lane.directory, TODAY), '{"n":1}\n{"n":2');
    await lane.start();
    await lane.until(() => lane.lane.snapshot().files[0]?.partialBytes === 6, "the look at the rest");
    expect(lane.lane.snapshot().files).toMatchObject([{ sizeBytes: 14, lagBytes: 8, partialBytes: 6 }]);
  });
});
