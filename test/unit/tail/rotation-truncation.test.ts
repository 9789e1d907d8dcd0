/**
 * Goal: a file that is cut or rewritten in place becomes a new generation, and what was read of it stays read. One test
 * for each case of docs/rotation.md, with its letter.
 * Method: a real folder and the real file system; a tail reads it as a lane does.
 */
import { copyFileSync, truncateSync, utimesSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OLD, RotationFolder, TODAY } from "./rotation-folder.ts";

let folder: RotationFolder;
beforeEach(() => {
  folder = new RotationFolder();
});
afterEach(() => folder.remove());

/** Sets when today's file was written: two writes of a test may fall into the same moment. */
function setWriteTime(seconds: number): void {
  utimesSync(folder.path(TODAY), seconds, seconds);
}

describe("truncation", () => {
  test("C1: truncated to nothing and written anew, it is a new generation", async () => {
    await folder.twoLinesRead();
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
    await folder.twoLinesRead();
    folder.append(TODAY, "unread\n");
    copyFileSync(folder.path(TODAY), folder.path(OLD));
    truncateSync(folder.path(TODAY), 0);
    folder.append(TODAY, "after the copy\n");
    expect(await folder.texts()).toEqual(["after the copy"]);
  });

  test("C5: truncated and grown beyond the old offset between two looks, it is noticed by the hash", async () => {
    await folder.twoLinesRead();
    truncateSync(folder.path(TODAY), 0);
    folder.append(TODAY, "another, longer line\nand one more\n");
    expect(await folder.texts()).toEqual(["another, longer line", "and one more"]);
    expect(folder.recorded.messages("warn")).toEqual([expect.stringMatching(/^rewritten: /)]);
  });

  test("C6: truncated while the daemon was down, it is a new generation", async () => {
    await folder.twoLinesRead();
    truncateSync(folder.path(TODAY), 0);
    folder.append(TODAY, "new\n");
    await folder.restart();
    expect(await folder.texts()).toEqual(["new"]);
  });

  test("C7: written to exactly the old length, it is noticed by the time of the write", async () => {
    await folder.twoLinesRead();
    folder.write(TODAY, "eno\nowt\n");
    setWriteTime(1_000_000);
    expect(await folder.texts()).toEqual(["eno", "owt"]);
  });

  test("C8: an unfinished line replaced by one of the same length is read", async () => {
    await folder.twoLinesRead();
    folder.append(TODAY, "thr");
    expect(await folder.texts()).toEqual([]);
    folder.write(TODAY, "one\ntwo\nxy\n");
    setWriteTime(1_000_000);
    expect(await folder.texts()).toEqual(["xy"]);
  });

  test("C9: written to exactly the old length while nobody looked, it is noticed at the start", async () => {
    await folder.twoLinesRead();
    folder.write(TODAY, "eno\nowt\n");
    await folder.restart();
    expect(await folder.texts()).toEqual(["eno", "owt"]);
  });

  test("C10: rewritten while it is read, and nothing is taken for a while, it is a new generation", async () => {
    const old = `${"old line ".repeat(10)}\n`.repeat(5000);
    const fresh = `${"new line ".repeat(10)}\n`.repeat(8000);
    folder.write(TODAY, old);
    await folder.look();
    const first = await folder.readBlock();
    expect(first?.every(({ text }) => text.startsWith("old"))).toBe(true);
    folder.write(TODAY, fresh);
    await folder.look();
    await folder.tail.look();
    const lines = await folder.read();
    expect(lines.filter(({ text }) => text.startsWith("new"))).toHaveLength(8000);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    expect(folder.recorded.messages("warn")).toHaveLength(1);
  });
});
