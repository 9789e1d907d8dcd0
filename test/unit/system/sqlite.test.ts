/**
 * Goal: the engine's port does what it says about types, files, transactions and damage.
 * Method: real databases in a temporary folder.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  isCorruption,
  openDatabase,
  openDatabaseReadOnly,
  setDatabaseAside,
  sqliteErrorCode,
} from "../../../src/system/sqlite.ts";

let directory = "";
const options = { busyTimeoutMs: 50 };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sqlite-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("openDatabase", () => {
  test("frees its locks when it is closed, even within a transaction or twice", () => {
    const path = join(directory, "held.db");
    const holder = openDatabase(path, options);
    holder.execute("BEGIN IMMEDIATE; CREATE TABLE half(a)");
    holder.close();
    const next = openDatabase(path, options);
    next.execute("CREATE TABLE half(a)");
    next.close();
    next.close();
  });

  test("makes files that only their owner can read, even those SQLite adds", () => {
    const database = openDatabase(join(directory, "a b#%41?.db"), options);
    database.execute("CREATE TABLE t(a)");
    const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    database.close();
  });

  test("takes the rights of others away from a file that is there", () => {
    const path = join(directory, "a.db");
    writeFileSync(path, "", { mode: 0o644 });
    openDatabase(path, options).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("hands out integers above 2^53 exactly", () => {
    const database = openDatabase(join(directory, "a.db"), options);
    database.execute("CREATE TABLE t(a INTEGER) STRICT");
    const insert = database.prepare("INSERT INTO t VALUES (?)");
    const values = [2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 5n];
    for (const value of values) insert.run([value]);
    insert.run([7]);
    expect(database.prepare("SELECT a FROM t").all([])).toEqual([...values, 7n].map((a) => ({ a })));
    database.close();
  });

  test("hands out blobs as buffers and keeps null", () => {
    const database = openDatabase(join(directory, "a.db"), options);
    database.execute("CREATE TABLE t(a BLOB, b TEXT) STRICT");
    database.prepare("INSERT INTO t VALUES (?, ?)").run([Buffer.from([0, 255, 10]), null]);
    expect(database.prepare("SELECT a, b FROM t").all([])).toEqual([
      { a: Buffer.from([0, 255, 10]), b: null },
    ]);
    database.close();
  });

  test("counts changed rows and takes null or a buffer as the only parameter", () => {
    const database = openDatabase(join(directory, "a.db"), options);
    database.execute("CREATE TABLE t(a)");
    const insert = database.prepare("INSERT INTO t VALUES (?)");
    expect(insert.run([null])).toBe(1);
    expect(insert.run([Buffer.from("x")])).toBe(1);
    expect(database.prepare("DELETE FROM t").run([])).toBe(2);
    database.close();
  });

  test("undoes a transaction that throws, and can begin another", () => {
    const database = openDatabase(join(directory, "a.db"), options);
    database.execute("CREATE TABLE t(a)");
    const failure = new Error("in the middle");
    const work = () =>
      database.transaction(() => {
        database.execute("INSERT INTO t VALUES (1)");
        throw failure;
      });
    expect(thrownBy(work)).toBe(failure);
    expect(database.transaction(() => database.prepare("SELECT * FROM t").all([]))).toEqual([]);
    database.close();
  });

  test("names the engine's errors", () => {
    const path = join(directory, "a.db");
    const first = openDatabase(path, options);
    const second = openDatabase(path, options);
    first.execute("BEGIN IMMEDIATE");
    expect(sqliteErrorCode(thrownBy(() => second.execute("BEGIN IMMEDIATE")))).toBe("SQLITE_BUSY");
    expect(sqliteErrorCode(new Error("something else"))).toBeUndefined();
    first.close();
    second.close();
  });

  test.each([
    ["no database at all", () => Buffer.alloc(8192, 7)],
    ["a database with a destroyed schema page", damagedDatabase],
  ])("throws a corruption for %s", (_what, content) => {
    const path = join(directory, "bad.db");
    writeFileSync(path, content());
    expect(isCorruption(thrownBy(() => openDatabase(path, options)))).toBe(true);
  });

  function damagedDatabase(): Buffer {
    const path = join(directory, "once-good.db");
    const database = openDatabase(path, options);
    database.execute("CREATE TABLE t(a); PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    const content = readFileSync(path);
    content.fill(0xff, 100, 2000);
    return content;
  }
});

describe("openDatabaseReadOnly", () => {
  test("is undefined if there is no file, and makes none", () => {
    expect(openDatabaseReadOnly(join(directory, "none.db"), options)).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("reads what is committed while a writer is in a transaction, and cannot write", () => {
    const path = join(directory, "a b#%41?.db");
    const writer = openDatabase(path, options);
    writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES (1); BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");
    const reader = openDatabaseReadOnly(path, options);
    expect(reader?.prepare("SELECT a FROM t").all([])).toEqual([{ a: 1n }]);
    expect(sqliteErrorCode(thrownBy(() => reader?.execute("DELETE FROM t")))).toBe("SQLITE_READONLY");
    reader?.close();
    writer.close();
  });

  test("reads after the writer has gone, with or without its side files", () => {
    const path = join(directory, "a.db");
    const writer = openDatabase(path, options);
    writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES (1); PRAGMA wal_checkpoint(TRUNCATE)");
    writer.close();
    for (const removeSideFiles of [false, true]) {
      if (removeSideFiles) for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
      const reader = openDatabaseReadOnly(path, options);
      expect(reader?.prepare("SELECT a FROM t").all([])).toEqual([{ a: 1n }]);
      reader?.close();
    }
  });
});

test("setDatabaseAside finds a free name each time and takes the side files along", () => {
  const path = join(directory, "a.db");
  const names: string[] = [];
  for (let round = 1; round <= 2; round++) {
    writeFileSync(path, `broken ${round}`);
    writeFileSync(`${path}-wal`, "");
    names.push(setDatabaseAside(path));
  }
  expect(names).toEqual([`${path}.broken-1`, `${path}.broken-2`]);
  expect(readdirSync(directory).sort()).toEqual([
    "a.db.broken-1",
    "a.db.broken-1-wal",
    "a.db.broken-2",
    "a.db.broken-2-wal",
  ]);
});
