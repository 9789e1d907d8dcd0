/**
 * Goal: a batch is taken in wholly or not at all, and once.
 * Method: a real database; batches that repeat, overlap, leave a gap, or fail in the middle.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BucketDelta } from "../../../src/store/bucket.ts";
import { openStore } from "../../../src/store/open.ts";
import type { StoreRow } from "../../../src/store/row.ts";
import type { Store } from "../../../src/store/store.ts";
import { silentLog } from "../../../src/system/log.ts";
import { documentId } from "../../../src/tail/generation.ts";
import { checkpoint, generation, requestRow, usageRow } from "./sample-rows.ts";

let directory = "";
let store: Store;
let added: BucketDelta[];
let rowsTold: number[];

function reopen(keepsRecords = true): void {
  store?.close();
  const onUsage = (deltas: readonly BucketDelta[]) => added.push(...deltas);
  const onRows = (rows: readonly StoreRow[]) => rowsTold.push(...rows.map(({ offset }) => offset));
  store = openStore(join(directory, "store.db"), { keepsRecords, log: silentLog, onUsage, onRows }).store;
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "store-"));
  added = [];
  rowsTold = [];
  reopen();
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

function select(sql: string) {
  return store.database.prepare(sql).all([]);
}

function requests(): number {
  return Number(select("SELECT SUM(requests) AS n FROM usage_bucket")[0]?.["n"] ?? 0);
}

const rowsAt = (...offsets: number[]) => offsets.map((offset) => requestRow({ offset }));

describe("commit", () => {
  test("tells of each new row once", () => {
    store.commit({ startOffset: 0, end: checkpoint(200), rows: rowsAt(0, 100) });
    store.commit({ startOffset: 0, end: checkpoint(300), rows: rowsAt(0, 100, 200) });
    store.commit({ startOffset: 0, end: checkpoint(300), rows: rowsAt(0, 100, 200) });
    for (let time = 0; time < 2; time += 1) store.ingestReplayed(generation, requestRow({ offset: 1000 }));
    expect(rowsTold).toEqual([0, 100, 200, 1000]);
  });

  test("takes in rows, buckets and the checkpoint together", () => {
    expect(store.commit({ startOffset: 0, end: checkpoint(300), rows: rowsAt(0, 100, 200) })).toBe(0);
    expect(requests()).toBe(3);
    expect(select("SELECT id, agent_id, line FROM record ORDER BY id")).toEqual(
      [0, 100, 200].map((offset) => ({
        id: documentId(generation, offset),
        agent_id: "dev",
        line: Buffer.from("{}"),
      })),
    );
    expect(store.checkpoints()).toEqual([checkpoint(300)]);
    expect(added).toHaveLength(1);
  });

  test("keeps a checkpoint over a restart, absent members included", () => {
    const { day: _day, ...dayless } = generation;
    const end = checkpoint(7, { lastTimestamp: undefined, generation: { ...dayless, day: undefined } });
    store.commit({ startOffset: 0, end, rows: [] });
    reopen();
    expect(store.checkpoints()).toEqual([end]);
  });

  test("skips lines below the committed offset", () => {
    store.commit({ startOffset: 0, end: checkpoint(200), rows: rowsAt(0, 100) });
    expect(store.commit({ startOffset: 0, end: checkpoint(200), rows: rowsAt(0, 100) })).toBe(2);
    expect(store.commit({ startOffset: 100, end: checkpoint(300), rows: rowsAt(100, 200) })).toBe(1);
    expect(requests()).toBe(3);
    expect(store.checkpoints()[0]?.offset).toBe(300);
  });

  test("never moves the committed offset back", () => {
    store.commit({ startOffset: 0, end: checkpoint(200), rows: rowsAt(0, 100) });
    store.commit({ startOffset: 0, end: checkpoint(100), rows: rowsAt(0) });
    expect(store.checkpoints()[0]?.offset).toBe(200);
  });

  test("refuses a gap", () => {
    store.commit({ startOffset: 0, end: checkpoint(200), rows: rowsAt(0, 100) });
    expect(() => store.commit({ startOffset: 201, end: checkpoint(300), rows: rowsAt(201) })).toThrow(
      "committed up to 200, the batch starts at 201",
    );
    expect(requests()).toBe(2);
  });

  test("leaves nothing of a batch that fails in the middle, and takes it in the next time", () => {
    const rows = [requestRow({ offset: 0 }), usageRow({ offset: 100 }, { model: "new" })];
    store.database.execute(
      "CREATE TRIGGER fail BEFORE INSERT ON source_file BEGIN SELECT RAISE(ABORT, 'in the middle'); END",
    );
    expect(() => store.commit({ startOffset: 0, end: checkpoint(200), rows })).toThrow("in the middle");
    expect(select("SELECT * FROM usage_key")).toEqual([]);
    expect(select("SELECT * FROM record")).toEqual([]);
    expect(added).toEqual([]);

    store.database.execute("DROP TRIGGER fail");
    // Another key first, so that ids remembered from the undone transaction would be wrong.
    store.commit({ startOffset: 0, end: checkpoint(50), rows: [requestRow({ agentId: "z" })] });
    store.commit({ startOffset: 50, end: checkpoint(200), rows: rows.slice(1) });
    expect(select("SELECT model, llm_calls FROM usage WHERE llm_calls > 0")).toEqual([
      { model: "new", llm_calls: 2n },
    ]);
  });

  test("keeps the sums but no records where records are not kept", () => {
    reopen(false);
    store.commit({ startOffset: 0, end: checkpoint(200), rows: rowsAt(0, 100) });
    expect(requests()).toBe(2);
    expect(select("SELECT * FROM record")).toEqual([]);
  });

  test("adds money exactly above 2^53 and stops at 2^63 instead of failing", () => {
    const rich = (offset: number, totalPicousd: bigint) => usageRow({ offset }, { totalPicousd });
    store.commit({ startOffset: 0, end: checkpoint(1), rows: [rich(0, 2n ** 60n + 1n)] });
    store.commit({ startOffset: 1, end: checkpoint(2), rows: [rich(1, 2n ** 60n + 1n)] });
    const total = "SELECT total_picousd AS n FROM usage_bucket";
    expect(select(total)).toEqual([{ n: 2n ** 61n + 2n }]);

    store.commit({ startOffset: 2, end: checkpoint(4), rows: [rich(2, 2n ** 63n - 1n), rich(3, 5n)] });
    store.commit({ startOffset: 4, end: checkpoint(5), rows: [rich(4, 7n)] });
    expect(select(total)).toEqual([{ n: 2n ** 63n - 1n }]);
  });

  test("takes in many rows at once, whatever their number", () => {
    let offset = 0;
    for (const count of [0, 1, 9, 10, 11, 25]) {
      const rows = Array.from({ length: count }, (_, index) => requestRow({ offset: offset + index }));
      store.commit({ startOffset: offset, end: checkpoint(offset + count), rows });
      offset += count;
    }
    expect(select("SELECT COUNT(*) AS n FROM record")).toEqual([{ n: 56n }]);
    expect(requests()).toBe(56);
  });
});

describe("ingestReplayed", () => {
  test("takes in a dead letter once, behind the committed offset", () => {
    store.commit({ startOffset: 0, end: checkpoint(300), rows: rowsAt(0) });
    expect(store.ingestReplayed(generation, requestRow({ offset: 100 }))).toBe(true);
    expect(store.ingestReplayed(generation, requestRow({ offset: 100 }))).toBe(false);
    reopen();
    expect(store.ingestReplayed(generation, requestRow({ offset: 100 }))).toBe(false);
    expect(requests()).toBe(2);
    expect(store.checkpoints()[0]?.offset).toBe(300);
  });

  test("does not count a line that was stored the normal way", () => {
    store.commit({ startOffset: 0, end: checkpoint(300), rows: rowsAt(0) });
    expect(store.ingestReplayed(generation, requestRow({ offset: 0 }))).toBe(false);
    expect(requests()).toBe(1);
  });
});

test("noteWhereabouts keeps a new name and inode without moving the offset, and adds no file", () => {
  store.commit({ startOffset: 0, end: checkpoint(300), rows: [] });
  const other = { ...generation, id: "another" };
  store.noteWhereabouts([
    checkpoint(900, { seenAs: "renamed.jsonl", inode: "1:9" }),
    checkpoint(5, { generation: other }),
  ]);
  expect(store.checkpoints()).toEqual([checkpoint(300, { seenAs: "renamed.jsonl", inode: "1:9" })]);
});
