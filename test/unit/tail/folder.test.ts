/**
 * Goal: the folder shows what is there, says once what it refuses or cannot read, and needs no notification.
 * Method: a real folder, the real file system, a clock that the test moves.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Files, systemFiles } from "../../../src/system/files.ts";
import { Folder } from "../../../src/tail/folder.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

let directory = "";
let recorded: RecordingLog;
let clock: VirtualClock;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "folder-"));
  recorded = new RecordingLog();
  clock = new VirtualClock(Date.now());
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function folderOf(files: Files = systemFiles, path = directory): Folder {
  const includes = (name: string) => name.endsWith(".jsonl");
  return new Folder({ directory: path, includes }, files, clock, recorded.log);
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

test("it shows the files that match, with their sizes", async () => {
  writeFileSync(join(directory, "a.jsonl"), "12345");
  writeFileSync(join(directory, "b.txt"), "1");
  const folder = folderOf();
  await folder.sweep();
  expect([...folder.entries].map(([name, { sizeBytes }]) => [name, sizeBytes])).toEqual([["a.jsonl", 5]]);
});

test("a symlink, a dangling link, a folder and a pipe are refused, each with one warning", async () => {
  writeFileSync(join(directory, "real.txt"), "secret\n");
  symlinkSync(join(directory, "real.txt"), join(directory, "link.jsonl"));
  symlinkSync(join(directory, "nothing"), join(directory, "dangling.jsonl"));
  mkdirSync(join(directory, "folder.jsonl"));
  execFileSync("mkfifo", [join(directory, "pipe.jsonl")]);
  const folder = folderOf();
  for (let sweep = 0; sweep < 3; sweep++) await folder.sweep();
  expect(folder.entries.size).toBe(0);
  expect(recorded.entries.map(({ level, fields }) => [level, fields["file"], fields["kind"]]).sort()).toEqual(
    [
      ["warn", "dangling.jsonl", "symlink"],
      ["warn", "folder.jsonl", "directory"],
      ["warn", "link.jsonl", "symlink"],
      ["warn", "pipe.jsonl", "other"],
    ],
  );
});

test("a link that takes the place of a file between sweep and open is not followed", async () => {
  symlinkSync("/etc/hostname", join(directory, "link.jsonl"));
  await expect(systemFiles.open(join(directory, "link.jsonl"))).rejects.toMatchObject({ code: "ELOOP" });
});

test.each([
  ["ENOENT", /^there is no audit folder .*; waiting for it$/, false],
  ["ENOTDIR", /is not a folder; waiting until it is one$/, true],
  ["EACCES", /may not be read; give this user read and execute permission on it$/, true],
  ["EIO", /cannot be read \(EIO\); trying again$/, true],
])(
  "a folder that fails with %s is told once, and when it is there again",
  async (code, message, isUnreadable) => {
    let isBroken = true;
    const list = async (path: string) => {
      if (isBroken) throw systemError(code);
      return systemFiles.list(path);
    };
    const folder = folderOf({ ...systemFiles, list });
    await folder.sweep();
    await folder.sweep();
    expect(folder.problem).toMatch(message);
    expect(folder.isUnreadable).toBe(isUnreadable);
    isBroken = false;
    await folder.sweep();
    expect(folder.problem).toBeUndefined();
    expect(folder.isUnreadable).toBe(false);
    expect(recorded.entries.map(({ level }) => level)).toEqual(["warn", "info"]);
  },
);

test("one file that cannot be looked at hides no other", async () => {
  for (const name of ["a.jsonl", "b.jsonl", "c.jsonl"]) writeFileSync(join(directory, name), "1");
  let isBroken = false;
  const stat = async (path: string) => {
    if (isBroken && path.endsWith("b.jsonl")) throw systemError("ESTALE");
    return systemFiles.stat(path);
  };
  const folder = folderOf({ ...systemFiles, stat });
  await folder.sweep();
  isBroken = true;
  writeFileSync(join(directory, "d.jsonl"), "1");
  await folder.sweep();
  expect([...folder.entries.keys()].sort()).toEqual(["a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl"]);
  expect(folder.problem).toMatch(/ESTALE/);
});

describe("the sweep", () => {
  let folder: Folder;
  let stop: AbortController;
  let running: Promise<void>;
  let lists: number;

  beforeEach(() => {
    lists = 0;
    const list = (path: string) => {
      lists++;
      return systemFiles.list(path);
    };
    folder = folderOf({ ...systemFiles, list });
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await running;
  });

  async function run(): Promise<void> {
    running = folder.run(stop.signal);
    await clock.runUntil(() => lists === 1 && clock.monotonicMs() > 0, "the first sweep");
  }

  test("sees a file grow within a second, without any notification", async () => {
    writeFileSync(join(directory, "a.jsonl"), "1");
    await run();
    let changes = 0;
    const forget = folder.onChange(() => changes++);
    appendFileSync(join(directory, "a.jsonl"), "2");
    const sinceMs = clock.monotonicMs();
    await clock.runUntil(() => changes > 0, "the growth");
    forget();
    expect(folder.entries.get("a.jsonl")?.sizeBytes).toBe(2);
    expect(clock.monotonicMs() - sinceMs).toBeLessThanOrEqual(1100);
  });

  test("finds a new file within five seconds, without any notification", async () => {
    await run();
    writeFileSync(join(directory, "a.jsonl"), "1");
    const sinceMs = clock.monotonicMs();
    await clock.runUntil(() => folder.entries.size === 1, "the new file");
    expect(clock.monotonicMs() - sinceMs).toBeLessThanOrEqual(6100);
  });

  test("comes at once after a notification, and once for a burst of them", async () => {
    await run();
    writeFileSync(join(directory, "a.jsonl"), "1");
    const sinceMs = clock.monotonicMs();
    for (let event = 0; event < 100; event++) folder.notify();
    await clock.runUntil(() => folder.entries.size === 1, "the new file");
    expect(clock.monotonicMs() - sinceMs).toBeLessThanOrEqual(40);
    expect(lists).toBeLessThanOrEqual(3);
  });

  test("notices that a file is gone", async () => {
    writeFileSync(join(directory, "a.jsonl"), "1");
    await run();
    rmSync(join(directory, "a.jsonl"));
    await clock.runUntil(() => folder.entries.size === 0, "the deletion");
    expect(folder.problem).toBeUndefined();
  });

  test("calls nobody while nothing changes", async () => {
    writeFileSync(join(directory, "a.jsonl"), "1");
    await run();
    let changes = 0;
    folder.onChange(() => changes++);
    const { revision } = folder;
    await clock.runUntil(() => lists >= 3, "two more sweeps");
    expect(changes).toBe(0);
    expect(folder.revision).toBe(revision);
  });
});
