/**
 * Goal: whatever happens to files between two looks, each line is read once and keeps its id. One test for
 * each case of docs/rotation.md, with its letter.
 * Method: a real folder and the real file system; a tail reads it as a lane does.
 */
import { copyFileSync, mkdirSync, renameSync, rmSync, truncateSync, utimesSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemFiles } from "../../../src/system/files.ts";
import { TailedFolder } from "../../support/tailed-folder.ts";

const TODAY = "audit-2026-04-03.jsonl";
const TOMORROW = "audit-2026-04-04.jsonl";
const OLD = "audit-old.jsonl.1";

let folder: TailedFolder;
beforeEach(() => {
  folder = new TailedFolder();
  mkdirSync(folder.directory);
});
afterEach(() => folder.remove());

/** Begins with two lines that are read. */
async function twoLinesRead(): Promise<void> {
  folder.write(TODAY, "one\ntwo\n");
  expect(await folder.texts()).toEqual(["one", "two"]);
}

describe("the folder", () => {
  test("A1: missing at the start, it is waited for", async () => {
    rmSync(folder.directory, { recursive: true });
    expect(await folder.texts()).toEqual([]);
    expect(folder.folder.problem).toMatch(/is not there yet; waiting for it$/);
    mkdirSync(folder.directory);
    folder.write(TODAY, "one\n");
    expect(await folder.texts()).toEqual(["one"]);
    expect(folder.folder.problem).toBeUndefined();
  });

  test("A2: vanished and come back with the same files, nothing is read again", async () => {
    await twoLinesRead();
    renameSync(folder.directory, `${folder.root}/away`);
    expect(await folder.texts()).toEqual([]);
    renameSync(`${folder.root}/away`, folder.directory);
    folder.append(TODAY, "three\n");
    expect(await folder.texts()).toEqual(["three"]);
  });

  test("A3: removed and made anew, its files are new", async () => {
    await twoLinesRead();
    rmSync(folder.directory, { recursive: true });
    expect(await folder.texts()).toEqual([]);
    mkdirSync(folder.directory);
    folder.write(TOMORROW, "three\n");
    expect(await folder.texts()).toEqual(["three"]);
  });
});

describe("growth", () => {
  test("B1: a file that grows is read on", async () => {
    await twoLinesRead();
    folder.append(TODAY, "three\n");
    expect(await folder.texts()).toEqual(["three"]);
    expect(await folder.texts()).toEqual([]);
  });

  test("B2: at the change of the day the old file is read to its end before the new one", async () => {
    await twoLinesRead();
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

describe("truncation", () => {
  test("C1: truncated to nothing and written anew, it is a new generation", async () => {
    await twoLinesRead();
    truncateSync(folder.path(TODAY), 0);
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "other\n");
    const [line] = await folder.read();
    expect(line).toMatchObject({ text: "other", offset: 0 });
    expect(folder.recorded.messages("warn")).toEqual([expect.stringMatching(/^truncated: /)]);
  });

  test("C2: truncated to the middle of what was read, it is read from its start as a new generation", async () => {
    folder.write(TODAY, "one\ntwo\n");
    const before = await folder.read();
    truncateSync(folder.path(TODAY), 4);
    const after = await folder.read();
    expect(after.map(({ text }) => text)).toEqual(["one"]);
    expect(after[0]?.id).not.toBe(before[0]?.id);
    folder.append(TODAY, "three\n");
    expect(await folder.texts()).toEqual(["three"]);
  });

  test("C3: an unfinished line that is truncated away is no truncation of what was read", async () => {
    folder.write(TODAY, "one\npart");
    expect(await folder.texts()).toEqual(["one"]);
    truncateSync(folder.path(TODAY), 4);
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "two\n");
    expect(await folder.read()).toMatchObject([{ text: "two", offset: 4 }]);
    expect(folder.recorded.messages("warn")).toEqual([]);
  });

  test("C4: copied and truncated, only what was not read before the truncation is lost", async () => {
    await twoLinesRead();
    folder.append(TODAY, "unread\n");
    copyFileSync(folder.path(TODAY), folder.path(OLD));
    truncateSync(folder.path(TODAY), 0);
    folder.append(TODAY, "after the copy\n");
    expect(await folder.texts()).toEqual(["after the copy"]);
  });

  test("C5: truncated and grown beyond the old offset between two looks, it is noticed by the hash", async () => {
    await twoLinesRead();
    truncateSync(folder.path(TODAY), 0);
    folder.append(TODAY, "another, longer line\nand one more\n");
    expect(await folder.texts()).toEqual(["another, longer line", "and one more"]);
    expect(folder.recorded.messages("warn")).toEqual([expect.stringMatching(/^rewritten: /)]);
  });

  test("C6: truncated while the daemon was down, it is a new generation", async () => {
    await twoLinesRead();
    truncateSync(folder.path(TODAY), 0);
    folder.append(TODAY, "new\n");
    await folder.restart();
    expect(await folder.texts()).toEqual(["new"]);
  });

  test("C7: written to exactly the old length, it is noticed by the time of the write", async () => {
    await twoLinesRead();
    folder.write(TODAY, "eno\nowt\n");
    setWriteTime(1_000_000);
    expect(await folder.texts()).toEqual(["eno", "owt"]);
  });

  test("C8: an unfinished line replaced by one of the same length is read", async () => {
    await twoLinesRead();
    folder.append(TODAY, "thr");
    expect(await folder.texts()).toEqual([]);
    folder.write(TODAY, "one\ntwo\nxy\n");
    setWriteTime(1_000_000);
    expect(await folder.texts()).toEqual(["xy"]);
  });

  test("C9: written to exactly the old length while nobody looked, it is noticed at the start", async () => {
    await twoLinesRead();
    folder.write(TODAY, "eno\nowt\n");
    await folder.restart();
    expect(await folder.texts()).toEqual(["eno", "owt"]);
  });
});

/** Sets when today's file was written: two writes of a test may fall into the same moment. */
function setWriteTime(seconds: number): void {
  utimesSync(folder.path(TODAY), seconds, seconds);
}

describe("replacement", () => {
  test("D1: another file renamed over it is a new generation, and the unread rest of the old one is read", async () => {
    await twoLinesRead();
    folder.append(TODAY, "rest\n");
    folder.write("new", "three\nfour\n");
    renameSync(folder.path("new"), folder.path(TODAY));
    const lines = await folder.read();
    expect(lines.map(({ text }) => text).sort()).toEqual(["four", "rest", "three"]);
    expect(lines.find(({ text }) => text === "rest")).toMatchObject({ offset: 8, file: TODAY });
  });

  test("D2: rewritten atomically with the same content, nothing is read again", async () => {
    await twoLinesRead();
    folder.write("new", "one\ntwo\n");
    renameSync(folder.path("new"), folder.path(TODAY));
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "three\n");
    expect(await folder.read()).toMatchObject([{ text: "three", offset: 8 }]);
    expect(folder.recorded.messages("warn")).toEqual([]);
  });

  test("D3: the same content on a new inode after a restart, nothing is read again", async () => {
    await twoLinesRead();
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
    await twoLinesRead();
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
});
