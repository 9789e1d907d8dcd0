/**
 * Goal: a file that is renamed, deleted or copied is read once, and its lines keep their ids. One test for each
 * case of docs/rotation.md, with its letter.
 * Method: a real folder and the real file system; a tail reads it as a lane does.
 */
import { copyFileSync, linkSync, renameSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OLD, RotationFolder, TODAY, TOMORROW } from "./rotation-folder.ts";

let folder: RotationFolder;
beforeEach(() => {
  folder = new RotationFolder();
});
afterEach(() => folder.remove());

describe("renaming", () => {
  test("E1: renamed within the pattern, it keeps its name for ids and is read on", async () => {
    folder.write(TODAY, "one\n");
    const [first] = await folder.read();
    renameSync(folder.path(TODAY), folder.path("audit-kept.jsonl"));
    folder.append("audit-kept.jsonl", "two\n");
    const lines = await folder.read();
    expect(lines).toMatchObject([{ text: "two", file: TODAY, offset: 4 }]);
    expect(lines[0]?.id.slice(0, 22)).toBe(first?.id.slice(0, 22));
  });

  test("E2: renamed while the daemon was down, it is recognised by inode and content", async () => {
    await folder.twoLinesRead();
    folder.checkpoints();
    await folder.restart();
    renameSync(folder.path(TODAY), folder.path("audit-kept.jsonl"));
    folder.append("audit-kept.jsonl", "three\n");
    expect(await folder.read()).toMatchObject([{ text: "three", file: TODAY, offset: 8 }]);
  });

  test("E3: renamed in the middle of reading it, it is read on and not from its start", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line number ${index} of the backlog`);
    folder.write(TODAY, `${lines.join("\n")}\n`);
    await folder.look();
    const first = await folder.readBlock();
    renameSync(folder.path(TODAY), folder.path("audit-kept.jsonl"));
    const rest = await folder.texts();
    const texts = [...(first ?? []).map(({ text }) => text), ...rest];
    expect(first?.length).toBeLessThan(lines.length);
    expect(texts.length).toBe(lines.length);
    expect(texts.join() === lines.join()).toBe(true);
  });

  test("E4: renamed and made anew, the rest is read under the old name and the new file is a new generation", async () => {
    await folder.twoLinesRead();
    folder.append(TODAY, "rest\n");
    renameSync(folder.path(TODAY), folder.path(OLD));
    folder.write(TODAY, "new\n");
    const lines = await folder.read();
    expect(lines.map(({ text, offset }) => [text, offset]).sort()).toEqual([
      ["new", 0],
      ["rest", 8],
    ]);
  });

  test("E5: renamed to a name outside of the pattern, what is still written to it is read", async () => {
    await folder.twoLinesRead();
    renameSync(folder.path(TODAY), folder.path(OLD));
    folder.append(OLD, "written through the old handle\n");
    expect(await folder.texts()).toEqual(["written through the old handle"]);
    folder.append(OLD, "and once more\n");
    expect(await folder.texts()).toEqual(["and once more"]);
  });

  test("E6: after a restart, a file that is renamed away before it is seen to grow is still read", async () => {
    await folder.twoLinesRead();
    await folder.restart();
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "rest\n");
    renameSync(folder.path(TODAY), folder.path(OLD));
    expect(await folder.texts()).toEqual(["rest"]);
  });

  test("E7: rotated several times between two looks, each generation is read once", async () => {
    await folder.twoLinesRead();
    for (const number of [1, 2]) {
      folder.append(TODAY, `rest ${number}\n`);
      renameSync(folder.path(TODAY), folder.path(`audit-2026-04-03.${number}.jsonl`));
      folder.write(TODAY, `new ${number}\n`);
    }
    expect((await folder.texts()).sort()).toEqual(["new 1", "new 2", "rest 1", "rest 2"]);
    expect(await folder.texts()).toEqual([]);
  });
});

describe("deletion", () => {
  test("F1: deleted with an unread rest, the rest is read", async () => {
    await folder.twoLinesRead();
    folder.append(TODAY, "rest\n");
    rmSync(folder.path(TODAY));
    expect(await folder.texts()).toEqual(["rest"]);
  });

  test("F2: deleted before any of it was read, but after it was seen, it is read", async () => {
    folder.write(TODAY, "one\n");
    folder.write(TOMORROW, "two\n");
    await folder.look();
    expect(await folder.readBlock()).toMatchObject([{ text: "one" }]);
    rmSync(folder.path(TOMORROW));
    expect(await folder.texts()).toEqual(["two"]);
  });

  test("F3: deleted at its end, it is let go of after a while", async () => {
    await folder.twoLinesRead();
    rmSync(folder.path(TODAY));
    await folder.texts();
    await folder.clock.advance(6000);
    await folder.texts();
    expect(folder.tail.files()).toEqual([]);
  });
});

describe("copies", () => {
  test("G1: a copy under another name that matches is new data", async () => {
    await folder.twoLinesRead();
    copyFileSync(folder.path(TODAY), folder.path("copy.jsonl"));
    expect(await folder.read()).toMatchObject([
      { text: "one", file: "copy.jsonl" },
      { text: "two", file: "copy.jsonl" },
    ]);
  });

  test("G2: a hard link under another name that matches is the same file, and read once", async () => {
    await folder.twoLinesRead();
    linkSync(folder.path(TODAY), folder.path("link.jsonl"));
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "three\n");
    expect(await folder.read()).toMatchObject([{ text: "three", file: TODAY, offset: 8 }]);
    rmSync(folder.path(TODAY));
    folder.append("link.jsonl", "four\n");
    expect(await folder.read()).toMatchObject([{ text: "four", file: TODAY, offset: 14 }]);
  });
});
