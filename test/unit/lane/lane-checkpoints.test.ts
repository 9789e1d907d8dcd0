/**
 * Goal: checkpoints are promises about settled lines only, and let the next process go on.
 * Method: a real folder, a destination that answers as the test says, a clock that the test moves.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { STORED } from "../../support/scripted-sink.ts";
import { MemoryCheckpoints, RunningLane, TODAY } from "./running-lane.ts";

let lane: RunningLane;
beforeEach(() => {
  lane = new RunningLane();
});
afterEach(() => lane.end());

/** Lines that are all 10 bytes long, 11 with their newline. */
function linesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `{"n":${String(index + 1000)}}`);
}

describe("checkpoints", () => {
  test("are always just after a newline, and never beyond what is settled", async () => {
    lane = new RunningLane(undefined, { recordsMax: 7 });
    lane.append(TODAY, ...linesOf(100));
    await lane.start();
    for (let round = 0; round < 20; round++) {
      lane.append(TODAY, ...linesOf(13));
      await lane.sweep();
      await lane.clock.advance(300);
      const saved = lane.checkpoints.offset(TODAY);
      expect(saved % 11).toBe(0);
      expect(saved).toBeLessThanOrEqual(lane.sink.sent.length * 11);
    }
    expect(lane.checkpoints.offset(TODAY)).toBeGreaterThan(0);
  });

  test("are saved twice a second at most", async () => {
    lane = new RunningLane(undefined, { recordsMax: 1 });
    lane.append(TODAY, ...linesOf(200));
    await lane.start();
    expect(await lane.now(() => lane.sink.sent.length === 199)).toBe(true);
    expect(lane.checkpoints.saves.length).toBeLessThanOrEqual(1);
    await lane.until(() => lane.checkpoints.offset(TODAY) === 200 * 11, "the last one");
    expect(lane.checkpoints.saves.length).toBeLessThanOrEqual(3);
  });

  test("let the next process go on without sending anything again", async () => {
    lane.append(TODAY, ...linesOf(5));
    await lane.drain();
    lane.append(TODAY, '{"n":6}');
    await lane.drain();
    expect(lane.sink.requests.at(-1)).toEqual(['{"n":6}']);
    expect(lane.sink.sent).toHaveLength(6);
  });

  test("that cannot be saved do not stop delivery, and the log says so", async () => {
    lane.checkpoints.failure = new Error("disk full");
    lane.append(TODAY, ...linesOf(5));
    await lane.drain();
    expect(lane.sink.sent).toHaveLength(5);
    expect(lane.recorded.messages("error")).toEqual([expect.stringMatching(/^checkpoints cannot be saved/)]);
    lane.checkpoints.failure = undefined;
    await lane.drain();
    expect(lane.sink.sent).toEqual([...linesOf(5), ...linesOf(5)]);
  });

  test("of a sink that commits them itself are taken from there", async () => {
    lane.append(TODAY, ...linesOf(3));
    const progress = new MemoryCheckpoints();
    Object.assign(lane.sink, { progress });
    await lane.drain();
    expect(progress.offset(TODAY)).toBe(33);
    expect(lane.checkpoints.saves).toEqual([]);
    await lane.drain();
    expect(lane.sink.sent).toHaveLength(3);
  });

  test("know a generation with a number before any of its lines is sent", async () => {
    lane.append(TODAY, '{"first":1}', '{"n":2}');
    await lane.start();
    expect(await lane.now(() => lane.sink.sent.length === 2)).toBe(true);
    rmSync(join(lane.directory, TODAY));
    await lane.sweep();
    lane.append(TODAY, '{"first":1}');
    let numbersAtSend: readonly number[] = [];
    lane.sink.answer = () => {
      numbersAtSend = lane.checkpoints.saves.at(-1)?.map(({ generation }) => generation.number) ?? [];
      return STORED;
    };
    await lane.sweep();
    await lane.until(() => lane.sink.sent.length === 3, "the new generation");
    expect(numbersAtSend).toEqual([0, 1]);
  });
});
