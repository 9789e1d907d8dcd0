/**
 * Goal: rows become few statements that fit into what the server takes, always in the same order.
 * Method: sample rows through a scripted connection; the statements and their values.
 */
import { describe, expect, test } from "vitest";
import { RowWriter } from "../../../../src/sinks/sql/row-writer.ts";
import { documentId } from "../../../../src/tail/generation.ts";
import { generation, NOON_MS, requestRow, usageRow } from "../../store/sample-rows.ts";
import { dialect, ScriptedConnection } from "./scripted-connection.ts";

const writer = new RowWriter(dialect, true);

test("rows are added with their ids and columns, and what they add up to", async () => {
  const connection = new ScriptedConnection();
  await writer.add(connection, generation, [requestRow({ offset: 7 }), usageRow({ offset: 8 })]);
  expect(connection.log).toEqual([
    "insert record",
    "insert usage_key",
    "insert usage_bucket",
    "insert stale_page",
  ]);
  const [records, keys, buckets] = connection.statements;
  expect(records?.parameters).toContain(documentId(generation, 7));
  expect(records?.parameters).toContain("185804800000");
  expect(records?.sql).toMatch(/ON CONFLICT DO NOTHING$/);
  expect(keys?.parameters.filter((value) => Buffer.isBuffer(value))).toHaveLength(2);
  expect(buckets?.parameters.filter((value) => value === NOON_MS)).toHaveLength(2);
  expect(buckets?.sql).toContain(
    '"requests" = CASE WHEN "usage_bucket"."requests" > 9223372036854775807 - excluded."requests" THEN 9223372036854775807',
  );
});

test("nothing is sent for no rows, and no records where only sums are kept", async () => {
  const connection = new ScriptedConnection();
  await writer.add(connection, generation, []);
  expect(connection.log).toEqual([]);
  await new RowWriter(dialect, false).add(connection, generation, [requestRow()]);
  expect(connection.log).toEqual(["insert usage_key", "insert usage_bucket", "insert stale_page"]);
});

test("keys come in one order whatever that of the rows, so that two shippers cannot lock each other out", async () => {
  const rows = ["a", "b", "c", "d"].map((agentId) => requestRow({ agentId }));
  const orders = [];
  for (const some of [rows, rows.toReversed()]) {
    const connection = new ScriptedConnection();
    await writer.add(connection, generation, some);
    orders.push(connection.statements.map(({ parameters }) => parameters).slice(1));
  }
  expect(orders[1]).toEqual(orders[0]);
});

describe("statements", () => {
  test("have at most 500 rows", async () => {
    const connection = new ScriptedConnection();
    connection.statementBytesMax = 1e9;
    const rows = Array.from({ length: 501 }, (_, index) =>
      requestRow({ offset: index, agentId: `${index}` }),
    );
    await writer.add(connection, generation, rows);
    expect(connection.log).toEqual([
      ...["insert record", "insert record"],
      ...["insert usage_key", "insert usage_bucket", "insert usage_key", "insert usage_bucket"],
      "insert stale_page",
    ]);
  });

  test("have at most the bytes that the server takes", async () => {
    const connection = new ScriptedConnection();
    connection.statementBytesMax = 100_000;
    const line = Buffer.alloc(30_000, "x");
    await writer.add(connection, generation, [requestRow({ line }), requestRow({ line })]);
    expect(connection.log.filter((entry) => entry === "insert record")).toHaveLength(2);
  });

  test("do not take a line that is larger than that", async () => {
    const connection = new ScriptedConnection();
    connection.statementBytesMax = 100_000;
    const large = requestRow({ line: Buffer.alloc(60_000, "x") });
    await expect(writer.add(connection, generation, [large])).rejects.toMatchObject({
      kind: "data",
      reason: "too_large",
      message: "a line of 60000 bytes is more than the server takes in one statement (100000 bytes)",
    });
  });
});

test("an amount beyond 2^63 is cut, as it is in the embedded store", async () => {
  const connection = new ScriptedConnection();
  await writer.add(connection, generation, [usageRow({}, { totalPicousd: 2n ** 70n })]);
  expect(connection.statements[0]?.parameters).toContain("9223372036854775807");
});
