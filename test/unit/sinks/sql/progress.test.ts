/**
 * Goal: the lane's checkpoints are those that the database commits; lines that have their fate without a row do not
 * hold them up.
 * Method: scripted tables; batches and whereabouts one after the other.
 */
import { expect, test } from "vitest";
import { Committer } from "../../../../src/sinks/sql/committer.ts";
import { Progress } from "../../../../src/sinks/sql/progress.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { checkpoint, generation } from "../../store/sample-rows.ts";
import { dialect, networkFault, ScriptedConnection, sessionOf } from "./scripted-connection.ts";
import { ScriptedTables } from "./scripted-tables.ts";

const batch = (startOffset: number, endOffset: number) => ({
  ...{ generation, startOffset, end: checkpoint(endOffset) },
  ...{ lines: 1, skipped: 0, broken: [], payload: undefined },
});

function progressOf(connection: ScriptedConnection): Progress {
  const session = sessionOf(new VirtualClock(), connection);
  const committer = new Committer(dialect, { instance: "", keepsRecords: true });
  return new Progress({ session, dialect, committer }, 60_000);
}

test("without tables there are no checkpoints yet", async () => {
  expect(await progressOf(new ScriptedConnection(() => [])).load()).toEqual([]);
});

test("a database that is away cannot tell", async () => {
  const away = new ScriptedConnection(() => {
    throw networkFault();
  });
  await expect(progressOf(away).load()).rejects.toMatchObject({ reason: "network" });
});

test("saving tells the database of a file's new place, once, and of nothing else", async () => {
  const { connection } = new ScriptedTables();
  const progress = progressOf(connection);
  progress.committed(checkpoint(100));
  await progress.save([checkpoint(100)]);
  expect(connection.log).toEqual([]);
  const moved = checkpoint(100, { seenAs: "renamed.jsonl" });
  await progress.save([moved]);
  await progress.save([moved]);
  expect(connection.log).toEqual(["update source_file"]);
});

test("a hint that the database does not take is no failure", async () => {
  const away = new ScriptedConnection(() => {
    throw networkFault();
  });
  const progress = progressOf(away);
  progress.committed(checkpoint(100));
  await progress.save([checkpoint(100, { inode: "9:9" })]);
  expect(away.destroyed).toBe(1);
});

test("a batch without a row that is left is committed with the next one, or when checkpoints are saved", async () => {
  const tables = new ScriptedTables(100);
  const progress = progressOf(tables.connection);
  progress.settledWithoutRow(batch(100, 200));
  progress.settledWithoutRow(batch(200, 300));
  expect(progress.startOf(batch(300, 400))).toBe(100);
  await progress.save([checkpoint(300)]);
  expect(tables.committedOffset).toBe(300);
  expect(progress.startOf(batch(300, 400))).toBe(300);
});

test("only what follows it without a gap starts where such a batch does", () => {
  const progress = progressOf(new ScriptedTables().connection);
  progress.settledWithoutRow(batch(100, 200));
  expect([progress.startOf(batch(201, 300)), progress.startOf(batch(50, 300))]).toEqual([201, 50]);
});
