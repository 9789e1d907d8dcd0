/**
 * Goal: options become the sinks' limits and checkpoints.
 * Method: a server without connections; what the sinks tell of themselves.
 */
import { expect, test } from "vitest";
import { postgresOptions } from "../../../../src/sinks/postgres/options.ts";
import { createSqlReplaySink, createSqlSink } from "../../../../src/sinks/sql/create.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";
import { dialect, PLACE, ScriptedConnection } from "./scripted-connection.ts";

const options = postgresOptions.parse({
  url: "postgres://shipper@db/audit",
  batch: { max_records: 7, max_bytes: "2KiB", max_wait: "1s" },
});
const context = { name: "db", clock: systemClock, instance: "", labels: {}, memory: forgetfulMemory() };
const server = { dialect, place: PLACE, connection: () => new ScriptedConnection() };

test("the sink of a lane commits its checkpoint, and takes one batch at a time", () => {
  const sink = createSqlSink(options, context, server);
  expect(sink.limits).toEqual({ recordsMax: 7, bytesMax: 2048, waitMsMax: 1000, inFlightMax: 1 });
  expect(sink.progress).toBeDefined();
});

test("the sink of dead letters commits none", () => {
  expect(createSqlReplaySink(options, context, server).progress).toBeUndefined();
});
