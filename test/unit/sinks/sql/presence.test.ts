/**
 * Goal: a database tells which lines it holds by its records, or by its committed offset where it keeps none.
 * Method: a server that is scripted. Real ones are asked in test/integration/verify-sql.test.ts.
 */
import { expect, test } from "vitest";
import { postgresOptions } from "../../../../src/sinks/postgres/options.ts";
import { SqlPresence } from "../../../../src/sinks/sql/presence.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { generationOf } from "../../../support/documents.ts";
import { forgetfulMemory } from "../../../support/sink-memory.ts";
import { dialect, EMPTY_TABLES, networkFault, PLACE, ScriptedConnection } from "./scripted-connection.ts";

const signal = new AbortController().signal;
const generation = generationOf("audit-2026-04-03.jsonl", ["{}"]);
const LINES = [0, 10, 20].map((offset) => ({ offset, timestampMs: 0 }));

function open(connection: ScriptedConnection, options: object = {}) {
  const parsed = postgresOptions.parse({ url: "postgres://shipper@db/audit", ...options });
  const memory = forgetfulMemory();
  const context = { name: "db", clock: systemClock, instance: "", labels: {}, memory };
  return new SqlPresence(parsed, context, { dialect, place: PLACE, connection: () => connection });
}

test("records tell by their ids", async () => {
  const connection = new ScriptedConnection(() => [{ id: `${generation.id}-10` }]);
  expect(await open(connection).copies(generation, LINES, signal)).toEqual([0, 1, 0]);
  expect(connection.statements[0]?.parameters).toEqual(
    LINES.map(({ offset }) => `${generation.id}-${offset}`),
  );
});

test("without records the committed offset tells", async () => {
  const connection = new ScriptedConnection(() => [{ committed_offset: "20" }]);
  expect(await open(connection, { records: false }).copies(generation, LINES, signal)).toEqual([1, 1, 0]);
  const empty = new ScriptedConnection(() => []);
  expect(await open(empty, { records: false }).copies(generation, LINES, signal)).toEqual([0, 0, 0]);
});

test("the database's own positions are asked for, once there are tables", async () => {
  const row = {
    ...{ generation_id: "g", name: "a.jsonl", day: null, first_line_sha256: "", generation_number: 0 },
    ...{ committed_offset: "20", tail_sha256: "", last_timestamp: null, seen_as: "a.jsonl", inode: "" },
  };
  const tables = new ScriptedConnection((sql, parameters) =>
    sql.includes("source_file") ? [row] : EMPTY_TABLES(sql, parameters),
  );
  expect((await open(tables).checkpoints(signal)).map(({ offset }) => offset)).toEqual([20]);
  expect(await open(new ScriptedConnection(() => [])).checkpoints(signal)).toEqual([]);
});

test("records are kept as long as retention_days says", async () => {
  const connection = new ScriptedConnection();
  expect(await open(connection).retentionMs()).toBeUndefined();
  expect(await open(connection, { retention_days: 30 }).retentionMs()).toBe(30 * 86_400_000);
});

test("what is in the way is a fault, and the connection is closed in the end", async () => {
  const connection = new ScriptedConnection(() => {
    throw networkFault();
  });
  await expect(open(connection).copies(generation, LINES, signal)).rejects.toMatchObject({ isPassing: true });
  const other = new ScriptedConnection(() => []);
  const presence = open(other);
  await presence.copies(generation, LINES, signal);
  await presence.close();
  expect(other.ends).toBe(1);
});
