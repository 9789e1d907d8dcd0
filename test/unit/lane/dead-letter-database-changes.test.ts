/**
 * Goal: dead letters can be listed in part, counted, noted as refused again and deleted, beside the daemon.
 * Method: real databases in a temporary folder, opened twice as by two processes.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  DEAD_LETTERS_FILE,
  type DeadLetterDatabase,
  openDeadLetters,
  openDeadLettersForChanges,
  openDeadLettersForReading,
} from "../../../src/lane/dead-letter-database.ts";
import { silentLog } from "../../../src/system/log.ts";
import { openDatabase } from "../../../src/system/sqlite.ts";
import { generationWith, refusedLetter } from "../daemon/letter.ts";

let directory = "";
let path = "";
let daemon: DeadLetterDatabase;
let other: DeadLetterDatabase | undefined;
const generation = generationWith("{}");
const letter = (offset: number, changes = {}) => refusedLetter(generation, offset, "{}", changes);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dead-letters-"));
  path = join(directory, DEAD_LETTERS_FILE);
  daemon = openDeadLetters(path, silentLog);
});
afterEach(() => {
  daemon.close();
  other?.close();
  other = undefined;
  rmSync(directory, { recursive: true, force: true });
});

function offsets(selection = {}, newestMax?: number): number[] {
  return [...daemon.facts(selection, newestMax)].map(({ offset }) => offset);
}

test("the facts are those of the letters without their lines, in the order in which they came", async () => {
  await daemon.add([letter(7), letter(3)]);
  const whole = [...daemon.list({})].map(({ line: _, ...facts }) => facts);
  expect([...daemon.facts({})]).toEqual(whole);
  expect(offsets()).toEqual([7, 3]);
});

test("only the newest can be asked for", async () => {
  await daemon.add([letter(1), letter(2), letter(3, { sink: "other" }), letter(4)]);
  expect(offsets({}, 2)).toEqual([3, 4]);
  expect(offsets({ sink: "search" }, 2)).toEqual([2, 4]);
});

test("letters are selected by age, too", async () => {
  await daemon.add([letter(1, { timeMs: 1000 }), letter(2, { timeMs: 2000 }), letter(3, { timeMs: 3000 })]);
  expect(offsets({ beforeMs: 2000 })).toEqual([1]);
  expect(daemon.total({ beforeMs: 3000 })).toBe(2);
  expect(daemon.purge({ sink: "search", beforeMs: 3000 })).toBe(2);
  expect(offsets()).toEqual([3]);
});

test("one moment is the same moment for all questions, whoever writes meanwhile", async () => {
  await daemon.add([letter(1)]);
  other = openDeadLettersForChanges(path);
  daemon.atOneMoment(() => {
    expect(daemon.total({})).toBe(1);
    other?.purge({});
    expect(offsets()).toEqual([1]);
  });
  expect(offsets()).toEqual([]);
});

test("some letters of a sink are deleted, those of another stay", async () => {
  await daemon.add([letter(1), letter(2), letter(3), letter(2, { sink: "other" })]);
  daemon.removeAll("search", [letter(1).id, letter(2).id, "unknown"]);
  expect([...daemon.facts({})].map(({ sink, offset }) => [sink, offset])).toEqual([
    ["search", 3],
    ["other", 2],
  ]);
  expect(daemon.count("search")).toBe(1);
});

test("a letter that is refused again has the new reason and the sum of its attempts", async () => {
  await daemon.add([letter(1, { attempts: 2 }), letter(1, { sink: "other" })]);
  const before = [...daemon.facts({})];
  daemon.refusedAgain([letter(1, { type: "too_large", reason: "413\0", attempts: 3 })]);
  const [search, unchanged] = [...daemon.facts({})];
  expect(search).toEqual({ ...before[0], type: "too_large", reason: "413\ufffd", attempts: 5 });
  expect(unchanged).toEqual(before[1]);
});

test("where there never were letters there is nothing to change, and nothing is made", () => {
  const elsewhere = join(directory, "elsewhere");
  expect(openDeadLettersForChanges(join(elsewhere, DEAD_LETTERS_FILE))).toBeUndefined();
  expect(readdirSync(directory)).not.toContain("elsewhere");
});

test("a file that the daemon has only begun to make holds no letters yet", () => {
  const begun = join(directory, "begun.db");
  openDatabase(begun, { busyTimeoutMs: 0 }).close();
  expect(openDeadLettersForReading(begun)).toBeUndefined();
  expect(openDeadLettersForChanges(begun)).toBeUndefined();
});

test("a damaged file is left to the daemon", () => {
  const damaged = join(directory, "damaged.db");
  writeFileSync(damaged, "this is no database, and it is long enough to be looked at as one".repeat(100));
  expect(() => openDeadLettersForChanges(damaged)).toThrow();
  expect(readdirSync(directory).filter((name) => name.includes("broken"))).toEqual([]);
});
