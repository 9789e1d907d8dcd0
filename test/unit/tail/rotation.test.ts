/**
 * Goal: whatever happens to files between two looks, each line is read once and keeps its id. One test for
 * each case of docs/rotation.md, with its letter.
 * Method: a real folder and the real file system; a tail reads it as a lane does.
 */
import { copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemFiles } from "../../../src/system/files.ts";
import { RotationFolder, TODAY, TOMORROW } from "./rotation-folder.ts";

let folder: RotationFolder;
beforeEach(() => {
  folder = new RotationFolder();
});
afterEach(() => folder.remove());

describe("the folder", () => {
  test("A1: missing at the start, it is waited for", async () => {
    rmSync(folder.directory, { recursive: true });
    expect(await folder.texts()).toEqual([]);
    expect(folder.folder.problem).toMatch(/^there is no audit folder .*; waiting for it$/);
    mkdirSync(folder.directory);
    folder.write(TODAY, "one\n");
    expect(await folder.texts()).toEqual(["one"]);
    expect(folder.folder.problem).toBeUndefined();
  });

  test("A2: vanished and come back with the same files, nothing is read again", async () => {
    await folder.twoLinesRead();
    renameSync(folder.directory, `${folder.root}/away`);
    expect(await folder.texts()).toEqual([]);
    renameSync(`${folder.root}/away`, folder.directory);
    folder.append(TODAY, "three\n");
    expect(await folder.texts()).toEqual(["three"]);
  });

  test("A3: removed and made anew, its files are new", async () => {
    await folder.twoLinesRead();
    rmSync(folder.directory, { recursive: true });
    expect(await folder.texts()).toEqual([]);
    mkdirSync(folder.directory);
    folder.write(TOMORROW, "three\n");
    expect(await folder.texts()).toEqual(["three"]);
  });
});

describe("growth", () => {
  test("B1: a file that grows is read on", async () => {
    await folder.twoLinesRead();
    folder.append(TODAY, "three\n");
    expect(await folder.texts()).toEqual(["three"]);
    expect(await folder.texts()).toEqual([]);
  });

  test("B2: at the change of the day the old file is read to its end before the new one", async () => {
    await folder.twoLinesRead();
    folder.append(TODAY, "three\n");
    folder.write(TOMORROW, "four\n");
    folder.append(TODAY, "late\n");
    expect(await folder.texts()).toEqual(["three", "late", "four"]);
  });

  test("B3: several files that grow at once are each read on, the oldest first", async () => {
    folder.write(TOMORROW, "b1\n");
    folder.write(TODAY, "a1\n");
    folder.write("audit-2026-04-01.jsonl", "z1\n");
    expect(await folder.texts()).toEqual(["z1", "a1", "b1"]);
    for (const name of [TOMORROW, TODAY]) folder.append(name, "more\n");
    expect((await folder.read()).map(({ file }) => file)).toEqual([TODAY, TOMORROW]);
  });

  test("B4: a backlog is read oldest day first, whatever the names are", async () => {
    folder.write("z-2026-03-30.jsonl", "first\n");
    folder.write("a-2026-04-02.jsonl", "third\n");
    folder.write("m-2026-04-01-extra.jsonl", "second\n");
    expect(await folder.texts()).toEqual(["first", "second", "third"]);
  });
});

describe("replacement", () => {
  test("D1: another file renamed over it is a new generation, and the unread rest of the old one is read", async () => {
    await folder.twoLinesRead();
    folder.append(TODAY, "rest\n");
    folder.write("new", "three\nfour\n");
    renameSync(folder.path("new"), folder.path(TODAY));
    const lines = await folder.read();
    expect(lines.map(({ text }) => text).sort()).toEqual(["four", "rest", "three"]);
    expect(lines.find(({ text }) => text === "rest")).toMatchObject({ offset: 8, file: TODAY });
  });

  test("D2: rewritten atomically with the same content, nothing is read again", async () => {
    await folder.twoLinesRead();
    folder.write("new", "one\ntwo\n");
    renameSync(folder.path("new"), folder.path(TODAY));
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "three\n");
    expect(await folder.read()).toMatchObject([{ text: "three", offset: 8 }]);
    expect(folder.recorded.messages("warn")).toEqual([]);
  });

  test("D3: the same content on a new inode after a restart, nothing is read again", async () => {
    await folder.twoLinesRead();
    copyFileSync(folder.path(TODAY), folder.path("copy"));
    rmSync(folder.path(TODAY));
    renameSync(folder.path("copy"), folder.path(TODAY));
    await folder.restart();
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "three\n");
    expect(await folder.texts()).toEqual(["three"]);
  });

  test("D4: deleted and made anew with the same first line, it is generation number 1", async () => {
    folder.write(TODAY, "first\ntwo\n");
    const before = await folder.read();
    rmSync(folder.path(TODAY));
    expect(await folder.texts()).toEqual([]);
    folder.write(TODAY, "first\nother\n");
    const after = await folder.read();
    expect(after.map(({ text }) => text)).toEqual(["first", "other"]);
    expect(after[0]?.id).not.toBe(before[0]?.id);
    expect(folder.checkpoints().map(({ generation }) => generation.number)).toEqual([0, 1]);
    await folder.restart();
    folder.append(TODAY, "more\n");
    expect(await folder.read()).toMatchObject([{ text: "more", offset: 12 }]);
  });

  test("D5: a generation that ended is not taken for the present one after a restart", async () => {
    folder.write(TODAY, "first\n2\n3\n");
    await folder.read();
    folder.write(TODAY, "first\n");
    expect(await folder.texts()).toEqual(["first"]);
    // Grown to exactly where the ended generation was read to.
    folder.append(TODAY, "b\nc\n");
    await folder.restart();
    expect(await folder.texts()).toEqual(["b", "c"]);
  });

  test("D6: an inode that is used again by another file is not taken for the old file", async () => {
    const oneInode = {
      ...systemFiles,
      stat: async (path: string) => {
        const stat = await systemFiles.stat(path);
        return stat && { ...stat, inode: "1:1" };
      },
      open: async (path: string) => {
        const file = await systemFiles.open(path);
        return {
          stat: async () => ({ ...(await file.stat()), inode: "1:1" }),
          read: file.read.bind(file),
          close: () => file.close(),
        };
      },
    };
    await folder.restart({ files: oneInode });
    await folder.twoLinesRead();
    await folder.restart({ files: oneInode });
    rmSync(folder.path(TODAY));
    folder.write(TODAY, "another file, longer\n");
    expect(await folder.texts()).toEqual(["another file, longer"]);
    await folder.restart({ files: oneInode });
    rmSync(folder.path(TODAY));
    folder.write(TOMORROW, "a third file, even longer\n");
    expect(await folder.read()).toMatchObject([{ text: "a third file, even longer", file: TOMORROW }]);
  });

  test("D7: the state folder is lost: the same lines get the same ids", async () => {
    folder.write(TODAY, "one\ntwo\n");
    const before = await folder.read();
    await folder.restart({ state: false });
    expect(await folder.read()).toEqual(before);
  });

  test("D8: replaced before any of it was read, by a file with the same first line, both are read", async () => {
    folder.write(TODAY, "one\nold 2\nold 3\n");
    await folder.look();
    await folder.tail.look();
    folder.write("new", "one\nnew 2\nnew 3\nnew 4\n");
    renameSync(folder.path("new"), folder.path(TODAY));
    const lines = await folder.read();
    expect(lines.map(({ text }) => text).sort()).toEqual([
      ...["new 2", "new 3", "new 4", "old 2", "old 3", "one", "one"],
    ]);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
  });

  test("D9: renamed before any of it was read, and made anew with the same first line, each keeps its name", async () => {
    folder.write(TODAY, "one\nold\n");
    await folder.look();
    await folder.tail.look();
    renameSync(folder.path(TODAY), folder.path("before.jsonl"));
    folder.write(TODAY, "one\nnew\n");
    const lines = await folder.read();
    expect(lines.map(({ file }) => file)).toEqual([TODAY, TODAY, TODAY, TODAY]);
    expect(lines.map(({ text }) => text).sort()).toEqual(["new", "old", "one", "one"]);
  });
});
