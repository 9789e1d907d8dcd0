/**
 * Goal: a batch is taken in wholly or not at all, and once; refused rows are found without a trace.
 * Method: tables that are scripted; batches that repeat, overlap, leave a gap, or hold refused lines. The same on real
 * servers is in test/integration/sql.test.ts.
 */
import { describe, expect, test } from "vitest";
import { Committer } from "../../../../src/sinks/sql/committer.ts";
import { checkpoint, generation, requestRow } from "../../store/sample-rows.ts";
import { dialect } from "./scripted-connection.ts";
import { ScriptedTables } from "./scripted-tables.ts";

const committer = new Committer(dialect, { instance: "", keepsRecords: true });
const rowsAt = (...offsets: number[]) =>
  offsets.map((offset) => requestRow({ offset, line: Buffer.from(`{"at":${offset}}`) }));
const batch = (startOffset: number, endOffset: number, ...offsets: number[]) => ({
  startOffset,
  end: checkpoint(endOffset),
  rows: rowsAt(...offsets),
});

describe("commit", () => {
  test("takes in rows, sums and the checkpoint in one transaction", async () => {
    const { connection } = new ScriptedTables();
    expect(await committer.commit(connection, batch(0, 300, 0, 100, 200))).toEqual(new Set([0, 100, 200]));
    expect(connection.log).toEqual([
      ...["BEGIN", "select source_file", "select replayed_line"],
      ...["insert record", "insert usage_key", "insert usage_bucket", "insert stale_page"],
      ...["update source_file", "COMMIT"],
    ]);
  });

  test("skips lines below the committed offset", async () => {
    const tables = new ScriptedTables(200);
    expect(await committer.commit(tables.connection, batch(0, 200, 0, 100))).toEqual(new Set());
    expect(tables.committed).toEqual(["select source_file"]);
    expect(await committer.commit(tables.connection, batch(100, 300, 100, 200))).toEqual(new Set([200]));
    expect(tables.committedOffset).toBe(300);
  });

  test("skips lines that came back from the dead letters already", async () => {
    const tables = new ScriptedTables();
    tables.replayedOffsets = [100];
    expect(await committer.commit(tables.connection, batch(0, 300, 0, 100, 200))).toEqual(new Set([0, 200]));
  });

  test("refuses a gap, and says what it means", async () => {
    const tables = new ScriptedTables(200);
    await expect(committer.commit(tables.connection, batch(201, 300, 201))).rejects.toMatchObject({
      kind: "blocked",
      reason: "gap",
      message: expect.stringMatching(/up to byte 200 only, .* all before 201: it was set back, so restart/),
    });
    expect(tables.committed).toEqual([]);
  });

  test("leaves nothing of a batch that is refused", async () => {
    const tables = new ScriptedTables();
    tables.refusedLines = ['{"at":100}'];
    await expect(committer.commit(tables.connection, batch(0, 200, 0, 100))).rejects.toMatchObject({
      kind: "data",
    });
    expect([tables.committed, tables.connection.log.at(-1)]).toEqual([[], "ROLLBACK"]);
  });
});

describe("the search for refused rows", () => {
  const find = (tables: ScriptedTables) =>
    committer.findRefused(tables.connection, generation, rowsAt(0, 100, 200, 300, 400));

  test("finds each of them", async () => {
    const tables = new ScriptedTables();
    tables.refusedLines = ['{"at":100}', '{"at":400}'];
    expect(await find(tables)).toEqual({ offsets: new Set([100, 400]), refusesAll: false });
    expect(tables.committed).toEqual([]);
  });

  test("finds none where all are taken by now", async () => {
    expect(await find(new ScriptedTables())).toEqual({ offsets: new Set(), refusesAll: false });
  });

  test("tells tables that take nothing from lines at fault", async () => {
    const tables = new ScriptedTables();
    tables.refusesAll = true;
    expect(await find(tables)).toEqual({ offsets: new Set(), refusesAll: true });
  });
});

test("a dead letter is taken back once, behind the committed offset", async () => {
  const tables = new ScriptedTables(300);
  const replay = () => committer.replay(tables.connection, generation, rowsAt(100, 200));
  expect(await replay()).toEqual(new Set([100, 200]));
  expect(await replay()).toEqual(new Set());
  expect([tables.committedOffset, tables.committed.filter((entry) => entry === "insert record")]).toEqual([
    300,
    ["insert record"],
  ]);
});

test("a line that was stored is not taken in again as a dead letter", async () => {
  const { connection } = new ScriptedTables();
  const query = connection.query.bind(connection);
  connection.query = async (statement) =>
    /^select "id" from "mem0_audit"."record"/.test(statement.sql) ? ([{}] as never) : query(statement);
  expect(await committer.replay(connection, generation, rowsAt(100))).toEqual(new Set());
});

test("a try leaves nothing behind", async () => {
  const tables = new ScriptedTables();
  await committer.tryWriting(tables.connection);
  expect([tables.connection.log.includes("insert record"), tables.committed]).toEqual([true, []]);
});

test("pages are made of hours that ended before the latest row, and of none without rows", async () => {
  const { connection } = new ScriptedTables();
  await committer.makePages(connection, [requestRow({ timestampMs: 4 * 3_600_000 + 1 })]);
  expect(connection.statements.at(-1)?.parameters).toEqual([3_600_000, 4 * 3_600_000, 86_400_000, 0, 50]);
  expect(connection.log).toEqual(["select stale_page"]);
});
