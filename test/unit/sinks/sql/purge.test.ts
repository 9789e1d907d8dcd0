/**
 * Goal: old records go a few at a time, and nobody is asked too often.
 * Method: a committer that notes what it is asked, and a clock that the test moves.
 */
import { expect, test } from "vitest";
import { Committer } from "../../../../src/sinks/sql/committer.ts";
import { RecordPurge } from "../../../../src/sinks/sql/purge.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { dialect, ScriptedConnection } from "./scripted-connection.ts";

const DAY_MS = 86_400_000;

/** A connection to tables with so many old records, and a purge of those older than a week. */
function weekOf(records: number, retentionDays: number | undefined = 7) {
  let left = records;
  const connection = new ScriptedConnection((sql, parameters) => {
    if (sql.startsWith("delete")) left -= parameters.length;
    const limit = Number(parameters.at(-1));
    return sql.startsWith("select") ? Array.from({ length: Math.min(left, limit) }, (_, id) => ({ id })) : [];
  });
  const clock = new VirtualClock();
  const committer = new Committer(dialect, { instance: "", keepsRecords: true });
  const purge = new RecordPurge({ committer, clock }, retentionDays);
  return { connection, clock, remove: () => purge.removeSome(connection), left: () => left };
}

test("records older than that are removed, in parts", async () => {
  const { connection, clock, remove, left } = weekOf(4500);
  await remove();
  expect(left()).toBe(2500);
  expect(connection.statements[0]?.parameters).toEqual([clock.nowMs() - 7 * DAY_MS, 2000]);
  await remove();
  await remove();
  expect(left()).toBe(0);
});

test("once nothing is left it is not asked for again for a while", async () => {
  const { connection, clock, remove } = weekOf(1);
  await remove();
  await remove();
  expect(connection.log).toEqual(["select record", "delete record"]);
  await clock.advance(10 * 60_000);
  await remove();
  expect(connection.log).toHaveLength(3);
});

test("without a retention nothing is ever removed", async () => {
  const { connection } = weekOf(9);
  const committer = new Committer(dialect, { instance: "", keepsRecords: true });
  await new RecordPurge({ committer, clock: new VirtualClock() }, undefined).removeSome(connection);
  expect(connection.log).toEqual([]);
});
