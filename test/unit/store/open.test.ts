/**
 * Goal: the store opens whatever state its file is in, or says why not.
 * Method: real files: missing, empty, damaged, newer, in use.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore, openStoreForReading } from "../../../src/store/open.ts";
import { SCHEMA_VERSION } from "../../../src/store/schema.ts";
import { silentLog } from "../../../src/system/log.ts";
import { openDatabase } from "../../../src/system/sqlite.ts";
import { checkpoint, requestRow } from "./sample-rows.ts";

let directory = "";
let path = "";
const options = { keepsRecords: true, log: silentLog };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "store-open-"));
  path = join(directory, "store.db");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function writeVersion(version: number): void {
  const database = openDatabase(path, { busyTimeoutMs: 0 });
  database.execute(`PRAGMA user_version = ${version}`);
  database.close();
}

describe("openStore", () => {
  test("makes the tables once and finds them the next time", () => {
    const first = openStore(path, options);
    first.store.commit({ startOffset: 0, end: checkpoint(10), rows: [requestRow()] });
    first.store.close();
    const second = openStore(path, options);
    expect(second.movedAside).toBeUndefined();
    expect(second.store.checkpoints()).toEqual([checkpoint(10)]);
    second.store.close();
  });

  test("moves a damaged file aside, keeps it, and begins anew", () => {
    writeFileSync(path, "this was a database once ".repeat(100));
    const { store, movedAside } = openStore(path, options);
    expect(movedAside).toBe(`${path}.broken-1`);
    expect(readFileSync(`${path}.broken-1`, "utf8")).toContain("once");
    expect(store.checkpoints()).toEqual([]);
    store.close();
  });

  test("refuses a file of a newer version and leaves it alone", () => {
    writeVersion(SCHEMA_VERSION + 1);
    expect(() => openStore(path, options)).toThrow("newer mem0-audit-shipper");
    expect(readdirSync(directory).filter((name) => name.includes("broken"))).toEqual([]);
  });
});

describe("openStoreForReading", () => {
  test("finds none as long as there is no store, or an empty one", () => {
    expect(openStoreForReading(path)).toEqual({ outcome: "none" });
    writeVersion(0);
    expect(openStoreForReading(path)).toEqual({ outcome: "none" });
  });

  test("reads beside the writer", () => {
    const { store } = openStore(path, options);
    store.commit({ startOffset: 0, end: checkpoint(10), rows: [requestRow()] });
    const reading = openStoreForReading(path);
    assert(reading.outcome === "open");
    expect(reading.database.prepare("SELECT requests FROM usage").all([])).toEqual([{ requests: 1n }]);
    reading.database.close();
    store.close();
  });

  test.each([
    ["was written by a newer program", () => writeVersion(SCHEMA_VERSION + 1), "newer mem0-audit-shipper"],
    ["is damaged", () => writeFileSync(path, "no database ".repeat(100)), "it is damaged"],
    ["is no file", () => mkdirSync(path), "cannot read the embedded database"],
  ])("says so if the file %s", (_what, prepare, message) => {
    prepare();
    expect(openStoreForReading(path)).toEqual({
      outcome: "unreadable",
      message: expect.stringContaining(message),
    });
  });
});
