/**
 * Goal: batches become commits, and what the database says becomes the report that the lane needs.
 * Method: scripted tables; payloads of real lines.
 */
import { beforeEach, describe, expect, test } from "vitest";
import type { Batch } from "../../../../src/batch/batch.ts";
import { Committer } from "../../../../src/sinks/sql/committer.ts";
import { SqlSink } from "../../../../src/sinks/sql/sink.ts";
import { batchOf, requestLine } from "../../../support/documents.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { dialect, networkFault, ScriptedConnection, sessionOf } from "./scripted-connection.ts";
import { ScriptedTables } from "./scripted-tables.ts";

const limits = { recordsMax: 1000, bytesMax: 1_000_000, waitMsMax: 200, inFlightMax: 4 };
const signal = new AbortController().signal;
const LINES = [1, 2, 3].map((elapsed_ms) => requestLine({ elapsed_ms }));

let tables: ScriptedTables;
let sink: SqlSink;
let batch: Batch;
beforeEach(() => {
  tables = new ScriptedTables();
  sink = sinkOn(tables.connection);
  batch = batchOf(sink.payloadBuilder(), "audit-2026-04-03.jsonl", LINES);
});

function sinkOn(connection: ScriptedConnection): SqlSink {
  const clock = new VirtualClock();
  const session = sessionOf(clock, connection);
  const committer = new Committer(dialect, { instance: "", keepsRecords: true });
  const settings = { limits, create: true, timeoutMs: 60_000, retentionDays: undefined };
  return new SqlSink(settings, { session, dialect, committer, clock });
}

function deliver(indices = [0, 1, 2]) {
  const payload = batch.payload?.select(indices);
  if (payload === undefined) throw new Error("no payload");
  return sink.deliver(payload, batch, signal);
}

test("one batch is under way at once, whatever the limits say", () => {
  expect(sink.limits).toEqual({ ...limits, inFlightMax: 1 });
});

test("it looks after the tables once", async () => {
  expect(await sink.open(signal)).toEqual({ outcome: "ready" });
  await deliver();
  expect(tables.connection.statements.filter(({ sql }) => sql.includes("to_regclass"))).toHaveLength(1);
});

test("a batch is stored, and known when it comes again", async () => {
  expect(await deliver()).toEqual({ outcome: "stored" });
  expect(tables.committedOffset).toBe(batch.end.offset);
  const duplicate = { verdict: "duplicate" };
  expect(await deliver()).toEqual({ outcome: "judged", verdicts: [duplicate, duplicate, duplicate] });
});

describe("a refused line", () => {
  const refused = {
    verdict: "refused",
    error: {
      type: "22001",
      reason: "PostgreSQL refuses a value (SQLSTATE 22001)",
      isDocumentFault: true,
    },
  };
  const again = { verdict: "deferred", reason: "beside_refused_line" };

  test("is told from the others, of which none is stored before it has its fate", async () => {
    tables.refusedLines = LINES.slice(1, 2);
    expect(await deliver()).toEqual({ outcome: "judged", verdicts: [again, refused, again] });
    expect([tables.committed, tables.committedOffset]).toEqual([[], 0]);
    expect(await deliver([0, 2])).toEqual({ outcome: "stored" });
    expect(tables.committedOffset).toBe(batch.end.offset);
  });

  test("does not hold up what comes after a batch in which it was alone", async () => {
    tables.refusedLines = LINES.slice();
    expect(await deliver()).toEqual({ outcome: "judged", verdicts: [refused, refused, refused] });
    await sink.progress.save([batch.end]);
    expect(tables.committedOffset).toBe(batch.end.offset);
  });

  test("is not at fault where the tables refuse all", async () => {
    tables.refusesAll = true;
    expect(await deliver()).toMatchObject({ outcome: "blocked", reason: "22001" });
  });

  test("is tried again where it is taken by now", async () => {
    let refusals = 1;
    const { connection } = tables;
    const query = connection.query.bind(connection);
    tables.refusesAll = true;
    connection.query = (statement) => {
      if (statement.sql === "ROLLBACK" && refusals-- > 0) tables.refusesAll = false;
      return query(statement);
    };
    expect(await deliver()).toMatchObject({ outcome: "unavailable", reason: "22001" });
    expect(await deliver()).toEqual({ outcome: "stored" });
  });
});

test("a connection that is lost is reported, wherever it happens", async () => {
  sink = sinkOn(
    new ScriptedConnection(() => {
      throw networkFault();
    }),
  );
  const lost = { outcome: "unavailable", reason: "network" };
  expect(await sink.open(signal)).toMatchObject(lost);
  expect(await deliver()).toMatchObject(lost);
  expect(await sink.probe(signal)).toMatchObject([{ name: "connection", ok: false }]);
});

test("it can be closed twice", async () => {
  await deliver();
  await sink.close();
  await sink.close();
  expect(tables.connection.ends).toBe(1);
});
