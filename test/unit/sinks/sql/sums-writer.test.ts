/**
 * Goal: sums add up, stop at what a column holds, and their keys, prices and pages are known.
 * Method: tables in memory.
 */
import { expect, test } from "vitest";
import { keyIdOf, SumsWriter } from "../../../../src/sinks/sql/sums-writer.ts";
import { INTEGER_MAX, sumRows } from "../../../../src/store/bucket.ts";
import { requestRow, usageRow } from "../../store/sample-rows.ts";
import { dialect, ScriptedConnection } from "./scripted-connection.ts";
import { withTables } from "./sqlite-connection.ts";

const writer = new SumsWriter(dialect);

test("what is added twice is there twice, under one key", () =>
  withTables(async (connection) => {
    const deltas = sumRows([requestRow(), usageRow()]);
    await writer.add(connection, deltas);
    await writer.add(connection, deltas);
    const buckets = connection.rows("usage_bucket", "requests");
    expect(buckets).toMatchObject([
      { requests: 0n, usage_records: 2n, total_picousd: 2n * 185_804_800_000n },
      { requests: 2n, usage_records: 0n },
    ]);
    expect(connection.rows("usage_key", "1")).toHaveLength(2);
    expect(connection.rows("stale_page", "1")).toHaveLength(2);
  }));

test("a sum stops at 2^63 - 1", () =>
  withTables(async (connection) => {
    const [delta] = sumRows([usageRow()]);
    if (delta === undefined) throw new Error("no delta");
    const huge = { ...delta, sums: { ...delta.sums, totalPicousd: INTEGER_MAX - 1n } };
    await writer.add(connection, [huge]);
    await writer.add(connection, [delta]);
    expect(connection.rows("usage_bucket", "1")).toMatchObject([{ total_picousd: INTEGER_MAX }]);
  }));

test("statements have at most 500 rows", async () => {
  const connection = new ScriptedConnection();
  const rows = Array.from({ length: 501 }, (_, index) => requestRow({ agentId: `${index}` }));
  await writer.add(connection, sumRows(rows));
  expect(connection.log).toEqual([
    ...["insert usage_key", "insert usage_bucket", "insert usage_key", "insert usage_bucket"],
    "insert stale_page",
  ]);
});

test("nothing is sent for nothing", async () => {
  const connection = new ScriptedConnection();
  await writer.add(connection, []);
  expect(connection.log).toEqual([]);
});

test("an id is that of all dimensions", () => {
  const ids = [requestRow(), requestRow({ agentId: null }), usageRow()].map((row) => {
    const [delta] = sumRows([row]);
    return keyIdOf(delta?.dimensions ?? []).toString("hex");
  });
  expect(new Set(ids).size).toBe(3);
  expect(ids[0]).toHaveLength(32);
});
