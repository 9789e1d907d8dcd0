/**
 * Goal: what happens between two steps of the tail, and an error at the wrong moment, costs no line, doubles
 * none and never ends the lane.
 * Method: a real folder behind a file port in which something happens, or fails, at a chosen call.
 */
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Files, type OpenFile, systemFiles } from "../../../src/system/files.ts";
import { TailedFolder } from "../../support/tailed-folder.ts";

const TODAY = "audit-2026-04-03.jsonl";
const OLDER = "audit-2026-04-03.1.jsonl";

let onStat: (path: string) => void;
let onHandleStat: () => void;
let folder: TailedFolder;

const files: Files = {
  ...systemFiles,
  stat: async (path) => {
    const stat = await systemFiles.stat(path);
    onStat(path);
    return stat;
  },
  open: async (path): Promise<OpenFile> => {
    const handle = await systemFiles.open(path);
    return {
      stat: async () => {
        onHandleStat();
        return handle.stat();
      },
      read: (...parameters) => handle.read(...parameters),
      close: () => handle.close(),
    };
  },
};

function fail(): never {
  throw Object.assign(new Error("EIO: planted"), { code: "EIO" });
}

beforeEach(() => {
  onStat = () => undefined;
  onHandleStat = () => undefined;
  folder = new TailedFolder(files);
  mkdirSync(folder.directory);
});
afterEach(() => folder.remove());

/** Does `action` right after the next look at `name`. */
function onceLookedAt(name: string, action: () => void): void {
  onStat = (path) => {
    if (!path.endsWith(`/${name}`)) return;
    onStat = () => undefined;
    action();
  };
}

test("a file that is rewritten before its first line was read is the new file, not the old one", async () => {
  folder.write(TODAY, "one\n");
  await folder.readBlock();
  await folder.look();
  folder.write("audit-2026-04-04.jsonl", "identified\n");
  await folder.look();
  // The next block is of today's file; the file of tomorrow is opened and identified, but not read.
  folder.append(TODAY, "two\n");
  await folder.look();
  await folder.readBlock();
  folder.write("audit-2026-04-04.jsonl", "rewritten, and longer\n");
  const [line] = await folder.read();
  expect(line?.text).toBe("rewritten, and longer");
  await folder.restart({ state: false });
  expect((await folder.read()).map(({ id }) => id)).toContain(line?.id);
});

test("files that are rotated again while the sweep is taken in are each read once", async () => {
  const rotated = "audit-2026-04-03.old.jsonl";
  folder.write(TODAY, "one\n");
  await folder.read();
  const rotate = (next: string) => {
    renameSync(folder.path(TODAY), folder.path(rotated));
    folder.write(TODAY, next);
  };
  rotate("two\n");
  await folder.look();
  // Today's file is opened and takes the other's name before that one is opened.
  onHandleStat = () => {
    onHandleStat = () => undefined;
    rotate("three\n");
  };
  expect([await folder.texts(), await folder.texts()]).toEqual([["two"], ["three"]]);
});

describe("files that are renamed during a sweep", () => {
  test("are one file, under the name that was seen last", async () => {
    folder.write(OLDER, "older\n");
    folder.write(TODAY, "one\n");
    await folder.read();
    const names = [OLDER, TODAY];
    const chain: Files = { ...files, list: async () => [...names].sort().reverse() };
    await folder.restart({ files: chain });
    await folder.read();
    // Today's file is looked at, then takes the name of the older one before that is looked at.
    onceLookedAt(TODAY, () => {
      rmSync(folder.path(OLDER));
      renameSync(folder.path(TODAY), folder.path(OLDER));
    });
    expect(await folder.texts()).toEqual([]);
    folder.append(OLDER, "two\n");
    expect(await folder.read()).toMatchObject([{ file: TODAY, text: "two" }]);
  });

  test("are not taken for copies where the look at the new owner of the name fails", async () => {
    folder.write(TODAY, "one\n");
    await folder.read();
    renameSync(folder.path(TODAY), folder.path(OLDER));
    folder.write(TODAY, "new\n");
    onceLookedAt(TODAY, fail);
    expect(await folder.texts()).toEqual([]);
    expect(await folder.texts()).toEqual(["new"]);
  });
});

describe("a look that fails", () => {
  test("at a deleted file that is still open, does not keep the rest from being read", async () => {
    folder.write(TODAY, "one\n");
    await folder.read();
    rmSync(folder.path(TODAY));
    onHandleStat = fail;
    folder.write("audit-2026-04-04.jsonl", "x\n");
    await expect(folder.texts()).resolves.toEqual([]);
    onHandleStat = () => undefined;
    await folder.look();
    await folder.clock.advance(6000);
    expect(await folder.texts()).toEqual(["x"]);
  });

  test("at a file that became shorter, leaves the answer to the next look", async () => {
    folder.write(TODAY, "one\ntwo\n");
    await folder.read();
    folder.write(TODAY, "new\n");
    onceLookedAt(TODAY, () => onceLookedAt(TODAY, fail));
    expect(await folder.texts()).toEqual([]);
    expect(await folder.texts()).toEqual(["new"]);
  });
});
