/**
 * Goal: what was saved comes back after any crash; what is broken never counts and never stops a start.
 * Method: real files in a temporary folder, damaged by hand.
 */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CheckpointFile } from "../../../src/checkpoint/checkpoint-file.ts";
import { type Files, systemFiles } from "../../../src/system/files.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";
import { RecordingLog } from "../../support/recording-log.ts";

let directory = "";
let recorded: RecordingLog;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "checkpoint-"));
  recorded = new RecordingLog();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function file(files: Files = systemFiles): CheckpointFile {
  return new CheckpointFile(join(directory, "search"), files, recorded.log);
}

function slot(number: 0 | 1): string {
  return join(directory, `search.${number}.json`);
}

function checkpoint(offset: number, name = "audit-2026-04-03.jsonl"): Checkpoint {
  return {
    generation: identifyGeneration("", name, Buffer.from("first"), offset % 2),
    offset,
    tailSha256: "ab".repeat(32),
    lastTimestamp: offset === 0 ? undefined : "2026-04-03T10:00:00Z",
    seenAs: "renamed.jsonl",
    inode: "1:2",
  };
}

/** Saves offsets 1, 2, 3, ... one after the other. */
async function save(times: number): Promise<void> {
  const checkpoints = file();
  for (let offset = 1; offset <= times; offset++) await checkpoints.save([checkpoint(offset)]);
}

test("there are none before the first save, and no warning", async () => {
  expect(await file().load()).toEqual([]);
  expect(recorded.entries).toEqual([]);
});

test("all that was saved comes back, members that are not there included", async () => {
  const saved = [checkpoint(0), checkpoint(7), checkpoint(0, "audit.jsonl")];
  await file().save(saved);
  expect(await file().load()).toEqual(saved);
});

test("the last of many saves counts, also over several processes", async () => {
  for (let offset = 1; offset <= 5; offset++) {
    const process = file();
    await process.load();
    await process.save([checkpoint(offset)]);
  }
  expect(await file().load()).toEqual([checkpoint(5)]);
});

test("the files are for this user alone, and two", async () => {
  await save(3);
  expect(readdirSync(directory).toSorted()).toEqual(["search.0.json", "search.1.json"]);
  expect(statSync(slot(0)).mode & 0o777).toBe(0o600);
});

describe("where the newer file is", () => {
  const damages: [string, (path: string) => void][] = [
    ["torn in the middle", (path) => truncateSync(path, 100)],
    ["empty", (path) => truncateSync(path, 0)],
    ["full of zeros", (path) => writeFileSync(path, Buffer.alloc(500))],
    ["not JSON", (path) => writeFileSync(path, "hello")],
    ["another JSON", (path) => writeFileSync(path, "[1, 2]")],
    ["of another version", (path) => change(path, '"version": 1', '"version": 2')],
    ["changed", (path) => change(path, '"offset": 3', '"offset": 9')],
    ["numbered by somebody else", (path) => change(path, '"number": 3', '"number": 30')],
    ["gone", (path) => rmSync(path)],
  ];

  function change(path: string, from: string, to: string): void {
    const content = readFileSync(path, "utf8");
    expect(content).toContain(from);
    writeFileSync(path, content.replace(from, to));
  }

  test.each(damages)("%s, the older one counts", async (what, damage) => {
    await save(3);
    damage(slot(1));
    const process = file();
    expect(await process.load()).toEqual([checkpoint(2)]);
    expect(recorded.messages("warn")).toHaveLength(what === "gone" ? 0 : 1);
    await process.save([checkpoint(4)]);
    expect(await file().load()).toEqual([checkpoint(4)]);
  });

  test.each(damages)("%s, and the older one as well, it starts anew", async (_, damage) => {
    await save(3);
    damage(slot(1));
    writeFileSync(slot(0), "broken");
    const process = file();
    expect(await process.load()).toEqual([]);
    await process.save([checkpoint(1)]);
    expect(await file().load()).toEqual([checkpoint(1)]);
  });
});

test("where the older file is broken, the newer one counts, and the broken one is replaced", async () => {
  await save(3);
  writeFileSync(slot(0), "broken");
  const process = file();
  expect(await process.load()).toEqual([checkpoint(3)]);
  await process.save([checkpoint(4)]);
  recorded.entries.length = 0;
  expect(await file().load()).toEqual([checkpoint(4)]);
  expect(recorded.entries).toEqual([]);
});

test("a file that cannot be read does not stop the start", async () => {
  await save(2);
  const readWhole = async () => {
    throw Object.assign(new Error("EIO"), { code: "EIO" });
  };
  expect(await file({ ...systemFiles, readWhole }).load()).toEqual([]);
  expect(recorded.messages("warn")).toHaveLength(2);
});

test("a save that fails leaves what was saved before, and the next one does not overwrite it", async () => {
  await save(2);
  let isFull = true;
  const replace: Files["replace"] = async (path, content) => {
    if (isFull) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    return systemFiles.replace(path, content);
  };
  const process = file({ ...systemFiles, replace });
  await process.load();
  await expect(process.save([checkpoint(3)])).rejects.toThrow("ENOSPC");
  expect(await file().load()).toEqual([checkpoint(2)]);
  isFull = false;
  await process.save([checkpoint(4)]);
  expect(await file().load()).toEqual([checkpoint(4)]);
  rmSync(slot(1));
  expect(await file().load()).toEqual([checkpoint(2)]);
});

test("the oldest of more than 5000 are forgotten", async () => {
  const many = Array.from({ length: 5003 }, (_, index) => checkpoint(index, `audit-${index}.jsonl`));
  await file().save(many);
  const loaded = await file().load();
  expect(loaded).toHaveLength(5000);
  expect(loaded[0]).toEqual(many[3]);
});
