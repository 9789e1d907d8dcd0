/**
 * Goal: a sink is replaced between two deliveries, and the one before is closed once nobody uses it.
 * Method: scripted sinks.
 */
import { expect, test } from "vitest";
import { ReloadableSink } from "../../../src/daemon/reloadable-sink.ts";
import type { OpenReport } from "../../../src/sinks/sink.ts";
import { ScriptedSink, STORED } from "../../support/scripted-sink.ts";
import { rest } from "../../support/virtual-clock.ts";
import { batchOf } from "../lane/settling.ts";
import { checkpoint } from "../store/sample-rows.ts";

const never = new AbortController().signal;
const batch = batchOf(["a"]);
const { payload } = batch;
if (payload === undefined) throw new Error("no payload");

test("what comes next goes through the new sink, and the old one is closed", async () => {
  const [before, after] = [new ScriptedSink(), new ScriptedSink()];
  const sink = new ReloadableSink(before);
  await sink.open(never);
  await sink.deliver(payload, batch, never);
  await sink.replace(after);
  expect([before.closed, after.closed]).toEqual([1, 0]);
  await sink.deliver(payload, batch, never);
  await sink.deliver(payload, batch, never);
  expect([before.requests.length, after.requests.length]).toEqual([1, 2]);
  expect([before.opened, after.opened]).toEqual([1, 1]);
  await sink.close();
  expect([before.closed, after.closed]).toEqual([1, 1]);
});

test("nothing goes through a new sink before its destination is ready", async () => {
  const sink = new ReloadableSink(new ScriptedSink());
  const after = new ScriptedSink();
  const reports: OpenReport[] = [{ outcome: "blocked", reason: "wrong_product", message: "no" }];
  after.open = async () => reports.shift() ?? { outcome: "ready" };
  await sink.replace(after);
  expect(await sink.deliver(payload, batch, never)).toMatchObject({ outcome: "blocked" });
  expect(after.requests).toEqual([]);
  expect(await sink.deliver(payload, batch, never)).toEqual(STORED);
});

test("a delivery under way ends with the sink with which it began", async () => {
  let end = (): void => undefined;
  const before = new ScriptedSink(
    () =>
      new Promise((resolve) => {
        end = () => resolve(STORED);
      }),
  );
  const sink = new ReloadableSink(before);
  const delivering = sink.deliver(payload, batch, never);
  await rest();
  await sink.replace(new ScriptedSink());
  await rest();
  expect(before.closed).toBe(0);
  end();
  expect(await delivering).toEqual(STORED);
  expect(before.closed).toBe(1);
});

test("limits and payloads stay those of the start", async () => {
  const before = new ScriptedSink(undefined, { recordsMax: 7 });
  const sink = new ReloadableSink(before);
  await sink.replace(new ScriptedSink(undefined, { recordsMax: 9 }));
  expect(sink.limits.recordsMax).toBe(7);
  expect(sink.payloadBuilder().count).toBe(0);
  expect(await sink.probe(never)).toEqual([]);
});

test("checkpoints are those of the sink in use, where sinks commit them", async () => {
  const committing = (...offsets: readonly number[]) =>
    Object.assign(new ScriptedSink(), {
      progress: {
        load: async () => offsets.map((offset) => checkpoint(offset)),
        save: async () => undefined,
      },
    });
  const sink = new ReloadableSink(committing(100), (committed) => committed);
  await sink.replace(committing(200));
  expect(await sink.progress?.load()).toEqual([checkpoint(200)]);
  expect(new ReloadableSink(new ScriptedSink()).progress).toBeUndefined();
});
