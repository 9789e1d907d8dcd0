/**
 * Goal: while a lane cannot deliver or save, it still knows what happens in the folder, and promises nothing.
 * Method: a real folder, a destination or checkpoints that fail, a clock that the test moves.
 */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Batch } from "../../../src/batch/batch.ts";
import { STORED, UNAVAILABLE } from "../../support/scripted-sink.ts";
import { RunningLane, TODAY, TOMORROW } from "./running-lane.ts";

let lane: RunningLane;
beforeEach(() => {
  lane = new RunningLane(undefined, { inFlightMax: 1 });
});
afterEach(() => lane.end());

test("while the sink is down, the lag grows with the files", async () => {
  lane.sink.answer = () => UNAVAILABLE;
  lane.append(TODAY, '{"n":1}');
  await lane.start();
  await lane.now(() => lane.sink.requests.length === 1);
  lane.append(TODAY, '{"n":2}');
  lane.append(TOMORROW, '{"n":3}');
  await lane.sweep();
  const lags = () => lane.lane.snapshot().files.map(({ lagBytes }) => lagBytes);
  await lane.now(() => lags()[1] === 8);
  expect(lags()).toEqual([16, 8]);
});

test("a file that appears and is deleted while the sink is down is delivered", async () => {
  lane.sink.answer = () => UNAVAILABLE;
  lane.append(TODAY, '{"n":1}');
  await lane.start();
  await lane.now(() => lane.sink.requests.length === 1);
  lane.append(TOMORROW, '{"n":2}');
  await lane.sweep();
  await lane.now(() => lane.lane.snapshot().files[1]?.lagBytes === 8);
  rmSync(join(lane.directory, TOMORROW));
  await lane.sweep();
  lane.sink.answer = () => STORED;
  await lane.until(() => lane.sink.sent.includes('{"n":2}'), "the line of the deleted file");
});

test("no line goes out under a generation number that could not be saved", async () => {
  lane.append(TODAY, '{"n":1}', '{"n":2}');
  await lane.start();
  await lane.until(() => lane.checkpoints.offset(TODAY) === 16, "a checkpoint");
  lane.checkpoints.failure = new Error("disk full");
  writeFileSync(join(lane.directory, TODAY), '{"n":1}\n');
  await lane.sweep();
  const sinceMs = lane.clock.monotonicMs();
  await lane.until(() => lane.clock.monotonicMs() - sinceMs > 20_000, "twenty seconds");
  expect(lane.sink.sent).toHaveLength(2);
  lane.checkpoints.failure = undefined;
  await lane.until(() => lane.sink.sent.length === 3, "the line of the new generation");
  expect(lane.checkpoints.saves.at(-1)).toMatchObject([{}, { generation: { number: 1 } }]);
});

test("a stop while a generation number cannot be saved ends the lane", async () => {
  lane.append(TODAY, '{"n":1}', '{"n":2}');
  await lane.start();
  await lane.until(() => lane.checkpoints.offset(TODAY) === 16, "a checkpoint");
  lane.checkpoints.failure = new Error("disk full");
  writeFileSync(join(lane.directory, TODAY), '{"n":1}\n');
  await lane.sweep();
  await lane.until(() => lane.recorded.messages("error").length > 0, "the failure");
  lane.stop.abort();
  await lane.clock.runWhile(lane.running, "the end");
  expect(lane.sink.sent).toHaveLength(2);
});

test("a sink that commits the checkpoint with the lines learns the file's present name and inode", async () => {
  const batches: Batch[] = [];
  const { deliver } = lane.sink;
  lane.sink.deliver = (payload, batch, signal) => {
    batches.push(batch);
    return deliver.call(lane.sink, payload, batch, signal);
  };
  lane.append(TODAY, '{"n":1}');
  await lane.start();
  await lane.now(() => batches.length === 1);
  renameSync(join(lane.directory, TODAY), join(lane.directory, "renamed.jsonl"));
  lane.append("renamed.jsonl", '{"n":2}');
  await lane.sweep();
  await lane.until(() => batches.length === 2, "the second line");
  expect(batches[0]?.end).toMatchObject({ seenAs: TODAY, inode: expect.stringMatching(/^\d+:\d+$/) });
  expect(batches[1]?.end).toMatchObject({ seenAs: "renamed.jsonl", generation: { name: TODAY } });
});

test("a batch that does not settle is not outrun for ever by those after it", async () => {
  let passFirst = () => {};
  const answer = (lines: readonly string[]) =>
    lines[0] === '{"n":1000}'
      ? new Promise<typeof STORED>((resolve) => {
          passFirst = () => resolve(STORED);
        })
      : STORED;
  lane = new RunningLane(answer, { recordsMax: 1, inFlightMax: 2 });
  lane.append(TODAY, ...Array.from({ length: 100 }, (_, index) => `{"n":${1000 + index}}`));
  await lane.start("drain");
  await lane.until(() => lane.clock.monotonicMs() > 30_000, "some time");
  expect(lane.sink.requests).toHaveLength(65);
  passFirst();
  await lane.running;
  expect(lane.sink.sent).toHaveLength(100);
  expect(lane.checkpoints.offset(TODAY)).toBe(1100);
});
