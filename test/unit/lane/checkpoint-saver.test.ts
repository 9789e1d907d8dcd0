/**
 * Goal: what is settled becomes durable soon and at the end for certain, without asking the disk too often.
 * Method: a store that remembers, and a clock that the test moves.
 */
import { beforeEach, expect, test } from "vitest";
import { CheckpointSaver } from "../../../src/lane/checkpoint-saver.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { rest, VirtualClock } from "../../support/virtual-clock.ts";
import { MemoryCheckpoints } from "./running-lane.ts";
import { batchOf } from "./settling.ts";

const PRESENT: readonly Checkpoint[] = [batchOf(["a"]).end];

let clock: VirtualClock;
let store: MemoryCheckpoints;
let recorded: RecordingLog;
let saver: CheckpointSaver;
beforeEach(() => {
  clock = new VirtualClock();
  store = new MemoryCheckpoints();
  recorded = new RecordingLog();
  saver = new CheckpointSaver("search", store, () => PRESENT, { clock, log: recorded.log });
});

test("nothing is saved in the background while nothing moved", async () => {
  saver.saveSoon();
  await rest();
  expect(store.saves).toEqual([]);
});

test("a move is saved at once, the next one half a second later", async () => {
  saver.moved();
  saver.saveSoon();
  await rest();
  expect(store.saves).toEqual([PRESENT]);
  saver.moved();
  saver.saveSoon();
  await clock.advance(499);
  saver.saveSoon();
  await rest();
  expect(store.saves).toHaveLength(1);
  await clock.advance(1);
  saver.saveSoon();
  await rest();
  expect(store.saves).toHaveLength(2);
});

test("a save that was asked for happens, also without a move", async () => {
  await saver.saveNow();
  expect(store.saves).toHaveLength(1);
});

test("a save that was asked for waits for the one under way, and comes after it", async () => {
  let end = (): void => undefined;
  const order: string[] = [];
  store.save = async () => {
    order.push("begin");
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    order.push("end");
  };
  saver.moved();
  saver.saveSoon();
  await rest();
  const saving = saver.saveNow();
  await rest();
  expect(order).toEqual(["begin"]);
  end();
  await rest();
  end();
  await saving;
  expect(order).toEqual(["begin", "end", "begin", "end"]);
});

test("a failure is said once, tried again, and said again only after a success", async () => {
  store.failure = new Error("ENOSPC: no space left on device");
  saver.moved();
  for (let time = 0; time < 10; time++) {
    saver.saveSoon();
    await clock.advance(500);
  }
  expect(recorded.messages("error")).toHaveLength(1);
  expect(recorded.entries[0]?.fields).toEqual({ sink: "search", cause: "ENOSPC: no space left on device" });
  store.failure = undefined;
  saver.saveSoon();
  await rest();
  expect(store.saves).toHaveLength(1);
  store.failure = new Error("again");
  await saver.saveNow();
  expect(recorded.messages("error")).toHaveLength(2);
});
