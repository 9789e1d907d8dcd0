/**
 * Goal: the embedded store tells which lines it holds by its records, or by its committed offset where it keeps none.
 * Method: a real store with one batch in it.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLocalSink } from "../../../src/sinks/local.ts";
import { localPresence } from "../../../src/sinks/local-presence.ts";
import { openDatabase } from "../../../src/system/sqlite.ts";
import { batchOf, requestLine } from "../../support/documents.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

const signal = new AbortController().signal;
const line = requestLine();
const LINES = [0, line.length + 1, 2 * (line.length + 1)].map((offset) => ({ offset, timestampMs: 0 }));

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

/** A store with two lines, of which the record of the first is deleted. */
async function presence(keepsRecords: boolean) {
  const limits = { recordsMax: 10, bytesMax: 10_000, waitMsMax: 0, inFlightMax: 1 };
  const sink = createLocalSink(sample.store, limits);
  const batch = batchOf(sink.payloadBuilder(), "audit-2026-04-03.jsonl", [line, line]);
  if (batch.payload !== undefined) await sink.deliver(batch.payload, batch, signal);
  sample.store.database.prepare("DELETE FROM record WHERE id = ?").run([`${batch.generation.id}-0`]);
  const database = openDatabase(sample.store.path, { busyTimeoutMs: 0 });
  return { generation: batch.generation, opened: localPresence(database, keepsRecords) };
}

test.each([
  ["by its records", true, [0, 1, 0]],
  ["by its committed offset", false, [1, 1, 0]],
])("tells %s", async (_, keepsRecords, copies) => {
  const { generation, opened } = await presence(keepsRecords);
  expect(await opened.copies(generation, LINES, signal)).toEqual(copies);
  expect(await opened.retentionMs(signal)).toBeUndefined();
  await opened.close();
});
