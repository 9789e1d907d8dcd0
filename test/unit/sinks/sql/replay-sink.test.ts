/**
 * Goal: dead letters are taken back behind the checkpoint, once each.
 * Method: scripted tables; a payload of real lines as a replay sends it.
 */
import { beforeEach, expect, test } from "vitest";
import { Committer } from "../../../../src/sinks/sql/committer.ts";
import { SqlReplaySink } from "../../../../src/sinks/sql/replay-sink.ts";
import { batchOf, requestLine } from "../../../support/documents.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { dialect, sessionOf } from "./scripted-connection.ts";
import { ScriptedTables } from "./scripted-tables.ts";

const limits = { recordsMax: 1000, bytesMax: 1_000_000, waitMsMax: 200, inFlightMax: 1 };
const signal = new AbortController().signal;
const LINES = [1, 2].map((elapsed_ms) => requestLine({ elapsed_ms }));

let tables: ScriptedTables;
let sink: SqlReplaySink;
beforeEach(async () => {
  tables = new ScriptedTables(5000);
  const clock = new VirtualClock();
  const session = sessionOf(clock, tables.connection);
  const committer = new Committer(dialect, { instance: "", keepsRecords: true });
  const settings = { limits, create: true, timeoutMs: 60_000, retentionDays: undefined };
  sink = new SqlReplaySink(settings, { session, dialect, committer, clock });
  expect(await sink.open(signal)).toEqual({ outcome: "ready" });
});

function replay() {
  const batch = batchOf(sink.payloadBuilder(), "audit-2026-04-03.jsonl", LINES);
  if (batch.payload === undefined) throw new Error("no payload");
  return sink.deliver(batch.payload, batch, signal);
}

test("lines before the checkpoint are stored, and known when they come again", async () => {
  const verdicts = (verdict: string) => ({ outcome: "judged", verdicts: LINES.map(() => ({ verdict })) });
  expect(await replay()).toEqual(verdicts("stored"));
  expect(await replay()).toEqual(verdicts("duplicate"));
  expect(tables.committedOffset).toBe(5000);
});

test("lines that are refused again are left to the search for the one at fault", async () => {
  tables.refusedLines = LINES.slice(1);
  expect(await replay()).toMatchObject({
    outcome: "refused",
    error: { type: "22001", isDocumentFault: true },
  });
  expect(tables.committed).toEqual([]);
});

test("it has no checkpoint, answers probes, and can be closed twice", async () => {
  expect("progress" in sink).toBe(false);
  expect((await sink.probe(signal)).every(({ ok }) => ok)).toBe(true);
  await sink.close();
  await sink.close();
  expect(tables.connection.ends).toBe(1);
});
