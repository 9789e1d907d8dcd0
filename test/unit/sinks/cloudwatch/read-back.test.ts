/**
 * Goal: a line that the stream holds is recognised, reads that lag behind are waited for, and where nothing can be
 * there nothing is read.
 * Method: the strict double of the service, which shows events only some time after it took them.
 */
import { beforeEach, describe, expect, it } from "vitest";
import type { Batch } from "../../../../src/batch/batch.ts";
import { CloudWatchPayload } from "../../../../src/sinks/cloudwatch/payload.ts";
import { ReadBack, type ReadBackOptions } from "../../../../src/sinks/cloudwatch/read-back.ts";
import { batchOf } from "../../../support/documents.ts";
import { ServiceLogs, THROTTLED } from "./service-logs.ts";
import { deliver, GROUP, lineAt, NAME, STREAM, sinkOver } from "./sink-of.ts";

const OPTIONS = { interval: 5000, max: 30_000 };
const signal = new AbortController().signal;

let logs: ServiceLogs;
beforeEach(() => {
  logs = new ServiceLogs();
});

const lines = (count: number) =>
  Array.from({ length: count }, (_, n) => lineAt(logs, (count - n) * 1000, { n }));

/** The lines as a batch of their own, as after a restart. */
function batch(of: readonly string[]): Batch {
  return batchOf(sinkOver(logs).payloadBuilder(), NAME, of);
}

async function present(readBack: ReadBack, of: Batch) {
  if (!(of.payload instanceof CloudWatchPayload)) throw new Error("no payload");
  const found = await logs.clock.runWhile(readBack.present(STREAM, of.payload, of, signal), "the reads");
  return "ok" in found ? found : [...found];
}

function readBackWith(options: Partial<ReadBackOptions> = {}): ReadBack {
  return new ReadBack(logs, logs.clock, GROUP, { ...OPTIONS, ...options });
}

/** How long the reads took by the clock. */
async function waited(work: () => Promise<unknown>): Promise<number> {
  const startMs = logs.clock.monotonicMs();
  await work();
  return logs.clock.monotonicMs() - startMs;
}

describe("what a process before this one sent", () => {
  it("is recognised, line by line", async () => {
    const all = lines(4);
    await deliver(sinkOver(logs), logs, all.slice(0, 2));
    expect(await present(readBackWith(), batch(all))).toEqual([0, 1]);
  });

  it("is waited for while it cannot be read yet", async () => {
    const all = lines(2);
    await deliver(sinkOver(logs), logs, all);
    logs.store.visibility = { afterMs: 4900 };
    expect(await present(readBackWith(), batch(all))).toEqual([0, 1]);
  });

  it("is not waited for longer than allowed", async () => {
    const all = lines(2);
    await deliver(sinkOver(logs), logs, all);
    logs.store.visibility = { afterMs: 3_600_000 };
    expect(await present(readBackWith(), batch(all))).toEqual([]);
  });

  it("takes one wait for the stream, and none for lines that are all there", async () => {
    const all = lines(4);
    await deliver(sinkOver(logs), logs, all);
    const readBack = readBackWith();
    expect(await waited(() => present(readBack, batch(all)))).toBe(OPTIONS.interval);
    expect(await waited(() => present(readBack, batch(all.slice(0, 2))))).toBe(0);
  });

  it("takes no request for lines that are newer than all of it", async () => {
    await deliver(sinkOver(logs), logs, lines(2));
    const readBack = readBackWith();
    await logs.clock.advance(1000);
    expect(await present(readBack, batch([lineAt(logs, 0)]))).toEqual([]);
    logs.requests.length = 0;
    expect(await present(readBack, batch([lineAt(logs, 0)]))).toEqual([]);
    expect(logs.requests).toEqual([]);
  });

  it("cannot be in a stream that was made just now", async () => {
    const readBack = readBackWith();
    readBack.isNew(STREAM);
    expect(await present(readBack, batch(lines(2)))).toEqual([]);
    expect(logs.requests).toEqual([]);
  });

  it("is asked for again after a failure", async () => {
    const all = lines(2);
    await deliver(sinkOver(logs), logs, all);
    const readBack = readBackWith();
    logs.plan = () => THROTTLED;
    expect(await present(readBack, batch(all))).toEqual(THROTTLED);
    logs.plan = () => "none";
    expect(await present(readBack, batch(all))).toEqual([0, 1]);
  });
});

describe("what this process sent without an answer", () => {
  it("is looked for, also by the sink that replaced the first one after a reload", async () => {
    const sent = batch(lines(2));
    readBackWith().doubt(sent);
    const another = readBackWith();
    another.isNew(STREAM);
    await present(another, sent);
    expect(logs.counts().GetLogEvents).toBeGreaterThan(1);
  });

  it("is looked for until two reads agree, and no longer than allowed", async () => {
    const sent = batch(lines(3));
    const readBack = readBackWith({ max: 12_000 });
    readBack.doubt(sent);
    expect(await waited(() => present(readBack, sent))).toBe(5000);
    // Something new at each read.
    let reads = 0;
    logs.plan = (operation) => {
      const group = logs.store.groups.get(GROUP);
      if (operation === "GetLogEvents" && group !== undefined && reads++ % 2 === 0) {
        const payload = sent.payload as CloudWatchPayload;
        const index = Math.floor(reads / 2) % payload.count;
        logs.store.take(group, STREAM, [
          { timestamp: payload.timestampMs(index), message: payload.message(index) },
        ]);
      }
      return "none";
    };
    await sinkOver(logs).open(signal);
    expect(await waited(() => present(readBack, sent))).toBeLessThanOrEqual(12_000);
  });
});

it("nothing is read if that is not wanted", async () => {
  const all = lines(2);
  await deliver(sinkOver(logs), logs, all);
  logs.requests.length = 0;
  const readBack = readBackWith({ max: 0 });
  const again = batch(all);
  readBack.doubt(again);
  expect(await present(readBack, again)).toEqual([]);
  expect(logs.requests).toEqual([]);
});
