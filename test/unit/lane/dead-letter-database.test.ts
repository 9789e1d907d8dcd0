/**
 * Goal: dead letters are kept once, survive, and can be listed, counted and deleted, also by another process.
 * Method: real databases in a temporary folder.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  DEAD_LETTERS_FILE,
  type DeadLetterDatabase,
  openDeadLetters,
  openDeadLettersForReading,
} from "../../../src/lane/dead-letter-database.ts";
import type { DeadLetter } from "../../../src/lane/dead-letters.ts";
import { silentLog } from "../../../src/system/log.ts";
import { openDatabase } from "../../../src/system/sqlite.ts";
import { RecordingLog } from "../../support/recording-log.ts";

let directory = "";
let path = "";
let open: DeadLetterDatabase[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dead-letters-"));
  path = join(directory, DEAD_LETTERS_FILE);
});
afterEach(() => {
  for (const database of open) database.close();
  open = [];
  rmSync(directory, { recursive: true, force: true });
});

function database(): DeadLetterDatabase {
  const opened = openDeadLetters(path, silentLog);
  open.push(opened);
  return opened;
}

function letter(changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    sink: "search",
    id: "g-0",
    generationId: "g",
    file: "audit-2026-04-03.jsonl",
    offset: 0,
    lengthBytes: 4,
    type: "not_json",
    reason: "not valid JSON",
    timeMs: 1_775_000_000_000,
    attempts: 0,
    line: Buffer.from([0x00, 0xff, 0x0d, 0x7b]),
    sha256: "ab",
    timestamp: "2026-04-03T00:00:00Z",
    ...changes,
  };
}

test("a letter comes back as it went in, also bytes that are no text", async () => {
  const letters = [letter(), letter({ id: "g-5", offset: 5, sha256: undefined })];
  await database().add(letters);
  expect([...database().list({})]).toEqual(letters);
});

test("a NUL in a file name or a reason does not cut it off", async () => {
  await database().add([letter({ reason: "before\0after" })]);
  expect([...database().list({})][0]?.reason).toBe("before\ufffdafter");
});

test("the same line is kept once for each sink, as it was first", async () => {
  const letters = database();
  await letters.add([letter({ reason: "first" })]);
  await letters.add([letter({ reason: "second" }), letter({ sink: "other" })]);
  expect([...letters.list({})].map(({ sink, reason }) => [sink, reason])).toEqual([
    ["search", "first"],
    ["other", "not valid JSON"],
  ]);
});

test("letters are counted, listed and removed by sink and by id", async () => {
  const letters = database();
  await letters.add([letter(), letter({ id: "g-5" }), letter({ sink: "other" })]);
  expect(letters.count("search")).toBe(2);
  expect(letters.count("none")).toBe(0);
  expect([...letters.list({ sink: "search", id: "g-5" })]).toHaveLength(1);
  expect(letters.purge({ sink: "search" })).toBe(2);
  expect(letters.count("search")).toBe(0);
  expect(letters.purge({ id: "g-0" })).toBe(1);
  expect(letters.purge({})).toBe(0);
});

test("what another process removed is noticed after a refresh", async () => {
  const daemon = database();
  await daemon.add([letter()]);
  expect(daemon.count("search")).toBe(1);
  database().purge({});
  daemon.refresh();
  expect(daemon.count("search")).toBe(0);
});

test("they can be looked at while the daemon writes, and nothing is made by looking", async () => {
  expect(openDeadLettersForReading(path)).toBeUndefined();
  expect(readdirSync(directory)).toEqual([]);
  await database().add([letter()]);
  const reading = openDeadLettersForReading(path);
  expect(reading?.count("search")).toBe(1);
  reading?.close();
});

test("they are for this user alone", () => {
  database();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a damaged file is moved aside with an error in the log, and a new one is begun", async () => {
  writeFileSync(path, "this is no database, and it is long enough to be looked at as one".repeat(100));
  const recorded = new RecordingLog();
  const letters = openDeadLetters(path, recorded.log);
  open.push(letters);
  await letters.add([letter()]);
  expect(letters.count("search")).toBe(1);
  expect(recorded.entries).toMatchObject([{ level: "error", fields: { path, movedTo: `${path}.broken-1` } }]);
  expect(statSync(`${path}.broken-1`).size).toBeGreaterThan(0);
});

test("a letter that was purged is still known, one that was replayed is not", async () => {
  const letters = database();
  await letters.add([letter(), letter({ id: "g-5", offset: 5 }), letter({ sink: "logs" })]);
  expect(letters.knows("search", "g-0")).toBe(true);
  letters.purge({ sink: "search", id: "g-0" });
  letters.removeAll("search", ["g-5"]);
  const known = (reader: DeadLetterDatabase) =>
    ["g-0", "g-5", "g-9"].map((id) => [reader.knows("search", id), reader.knows("logs", id)]);
  expect(known(letters)).toEqual([
    [true, true],
    [false, false],
    [false, false],
  ]);
  const reader = openDeadLettersForReading(path);
  if (reader !== undefined) open.push(reader);
  expect(reader && known(reader)).toEqual(known(letters));
});

test("a database of the first version is read as it is, and brought up to date where it is written", async () => {
  const first = database();
  await first.add([letter()]);
  const raw = openDatabase(path, { busyTimeoutMs: 0 });
  raw.execute("DROP TABLE purged_letter; PRAGMA user_version = 1;");
  raw.close();
  const reader = openDeadLettersForReading(path);
  if (reader !== undefined) open.push(reader);
  expect([reader?.knows("search", "g-0"), reader?.knows("search", "g-9")]).toEqual([true, false]);
  const letters = database();
  letters.purge({});
  expect(letters.knows("search", "g-0")).toBe(true);
});
