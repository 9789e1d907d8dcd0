/**
 * Goal: `check` says in one sentence what is wrong with a database.
 * Method: scripted tables in every state.
 */
import { expect, test } from "vitest";
import { Committer } from "../../../../src/sinks/sql/committer.ts";
import { probe } from "../../../../src/sinks/sql/probe.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { dialect, networkFault, ScriptedConnection, sessionOf } from "./scripted-connection.ts";
import { ScriptedTables } from "./scripted-tables.ts";

const committer = new Committer(dialect, { instance: "", keepsRecords: true });

async function results(connection: ScriptedConnection, create = true) {
  const session = sessionOf(new VirtualClock(), connection);
  const all = await probe((work) => session.run(work, 1000), { dialect, committer, create });
  return all.map(({ name, ok }) => `${name}: ${ok}`);
}

test("tables that take a row are fine, and nothing stays in them", async () => {
  const tables = new ScriptedTables();
  expect(await results(tables.connection)).toEqual(["connection: true", "tables: true", "write: true"]);
  expect(tables.committed).toEqual([]);
});

test("missing tables are fine where they are made at the start", async () => {
  expect(await results(new ScriptedConnection(() => []))).toEqual(["connection: true", "tables: true"]);
  expect(await results(new ScriptedConnection(() => []), false)).toEqual([
    "connection: true",
    "tables: false",
  ]);
});

test("what the server does not allow ends the list", async () => {
  const tables = new ScriptedTables();
  tables.refusesAll = true;
  expect(await results(tables.connection)).toEqual(["connection: true", "tables: true", "write: false"]);
  const away = new ScriptedConnection(() => {
    throw networkFault();
  });
  expect(await results(away)).toEqual(["connection: false"]);
});
