/**
 * Goal: a sink's own checkpoints win, and a start while it is away goes on from the copy.
 * Method: stores in memory, one of which fails.
 */
import { expect, test } from "vitest";
import { CopiedCheckpoints } from "../../../src/daemon/copied-checkpoints.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { checkpoint } from "../store/sample-rows.ts";

function storeOf(...saved: readonly Checkpoint[]) {
  const store = {
    saved,
    load: async () => store.saved,
    save: async (now: readonly Checkpoint[]) => {
      store.saved = now;
    },
  };
  return store;
}
const away = { ...storeOf(), load: () => Promise.reject(new Error("db:5432/audit cannot be reached")) };

test("the sink's own are loaded, and both are saved", async () => {
  const [committed, copy] = [storeOf(checkpoint(200)), storeOf(checkpoint(100))];
  const recording = new RecordingLog();
  const checkpoints = new CopiedCheckpoints({ name: "db", committed, copy, log: recording.log });
  expect(await checkpoints.load()).toEqual([checkpoint(200)]);
  await checkpoints.save([checkpoint(300)]);
  expect([committed.saved, copy.saved]).toEqual([[checkpoint(300)], [checkpoint(300)]]);
  expect(recording.entries).toEqual([]);
});

test("while the sink is away the copy is loaded, and that is said", async () => {
  const recording = new RecordingLog();
  const checkpoints = new CopiedCheckpoints({
    name: "db",
    committed: away,
    copy: storeOf(checkpoint(100)),
    log: recording.log,
  });
  expect(await checkpoints.load()).toEqual([checkpoint(100)]);
  expect(JSON.stringify(recording.entries)).toContain("db:5432/audit cannot be reached");
});
