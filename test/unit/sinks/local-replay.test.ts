/**
 * Goal: replayed lines are taken in once each, whatever the lane has committed, and failures become reports.
 * Method: a real store; documents read from real lines; faults planted into it.
 */
import { existsSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Batch } from "../../../src/batch/batch.ts";
import { createLocalReplaySink } from "../../../src/sinks/local-replay.ts";
import type { DeliveryReport, Sink } from "../../../src/sinks/sink.ts";
import { batchOf, requestLine } from "../../support/documents.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

const signal = new AbortController().signal;
const lines = [requestLine({ n: 1 }), requestLine({ n: 2 })];

let sample: SampleStore;
let sink: Sink;
beforeEach(() => {
  sample = makeSampleStore();
  sink = createLocalReplaySink(sample.store, {
    recordsMax: 10,
    bytesMax: 10_000,
    waitMsMax: 0,
    inFlightMax: 1,
  });
});
afterEach(() => sample.remove());

async function deliver(): Promise<DeliveryReport> {
  expect(await sink.open(signal)).toEqual({ outcome: "ready" });
  const batch: Batch = batchOf(sink.payloadBuilder(), "audit-2026-04-03.jsonl", lines);
  if (batch.payload === undefined) throw new Error("no payload");
  return sink.deliver(batch.payload, batch, signal);
}

function verdicts(report: DeliveryReport): string[] {
  return report.outcome === "judged" ? report.verdicts.map(({ verdict }) => verdict) : [report.outcome];
}

test("each line is stored once, however often it comes, and no checkpoint moves", async () => {
  expect(verdicts(await deliver())).toEqual(["stored", "stored"]);
  expect(verdicts(await deliver())).toEqual(["duplicate", "duplicate"]);
  expect(sample.store.checkpoints()).toEqual([]);
});

test("a store that cannot be written is unavailable", async () => {
  sample.store.database.execute("PRAGMA query_only = ON");
  expect(await deliver()).toMatchObject({ outcome: "unavailable", reason: "sqlite_readonly" });
});

test("a damaged store is left to the daemon", async () => {
  sample.store.ingestReplayed = () => {
    throw Object.assign(new Error("malformed"), { code: "SQLITE_CORRUPT" });
  };
  const blocked = { outcome: "blocked", reason: "damaged", message: expect.stringContaining("restart") };
  expect(await deliver()).toMatchObject(blocked);
  expect(existsSync(sample.path)).toBe(true);
});

test("it says whether the store can be written", async () => {
  expect(await sink.probe(signal)).toMatchObject([{ name: "embedded store", ok: true }]);
});
