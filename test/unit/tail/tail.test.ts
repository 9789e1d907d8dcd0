/**
 * Goal: every byte of a file comes out as exactly one line, however it is written and whatever it holds.
 * Method: a real folder and the real file system; faults by a Files port that fails where it is told to.
 */
import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Files, systemFiles } from "../../../src/system/files.ts";
import { CHUNK_BYTES } from "../../../src/tail/line-buffer.ts";
import { TailedFolder } from "../../support/tailed-folder.ts";

const TODAY = "audit-2026-04-03.jsonl";
const TOMORROW = "audit-2026-04-04.jsonl";

let folder: TailedFolder;
beforeEach(() => {
  folder = new TailedFolder();
  mkdirSync(folder.directory);
});
afterEach(() => folder.remove());

describe("an unfinished last line", () => {
  test("waits until its newline is there, also when it comes in pieces", async () => {
    folder.write(TODAY, 'one\n{"a"');
    expect(await folder.texts()).toEqual(["one"]);
    folder.append(TODAY, ":1");
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "}");
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "\nnext\n");
    expect(await folder.read()).toMatchObject([
      { text: '{"a":1}', offset: 4 },
      { text: "next", offset: 12 },
    ]);
  });

  test("may be torn inside of a character", async () => {
    const bytes = Buffer.from("什么时候开会\n");
    folder.write(TODAY, bytes.subarray(0, 4));
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, bytes.subarray(4));
    expect(await folder.texts()).toEqual(["什么时候开会"]);
  });

  test("is told as partial bytes, and is no line yet", async () => {
    folder.write(TODAY, "one\npart");
    await folder.read();
    expect(folder.tail.files()).toMatchObject([
      { name: TODAY, sizeBytes: 8, readOffset: 4, partialBytes: 4 },
    ]);
    expect(folder.tail.hasUnread).toBe(false);
  });

  test("of a file without any whole line is told as well", async () => {
    folder.write(TODAY, "part");
    await folder.read();
    expect(folder.tail.files()).toMatchObject([{ name: TODAY, readOffset: 0, partialBytes: 4 }]);
    folder.append(TODAY, "\n");
    expect(await folder.texts()).toEqual(["part"]);
  });

  test("is read again from its start after a restart", async () => {
    folder.write(TODAY, "one\npart");
    await folder.read();
    await folder.restart();
    folder.append(TODAY, " and rest\n");
    expect(await folder.read()).toMatchObject([{ text: "part and rest", offset: 4 }]);
  });
});

describe("the bytes of a line", () => {
  test.each([
    ["a carriage return before the newline", Buffer.from('{"a":1}\r\n{"b":2}\n')],
    ["a byte order mark", Buffer.from('\ufeff{"a":1}\n')],
    ["blank lines, also the first", Buffer.from("\n\n \none\n\n")],
    ["NUL bytes", Buffer.from("\0\0\0one\ntwo\0\n")],
    ["bytes that are no UTF-8", Buffer.from([0x80, 0xff, 0x0a, 0xc3, 0x0a])],
    ["one newline only", Buffer.from("\n")],
  ])("come out as they are: %s", async (_, bytes) => {
    folder.write(TODAY, bytes);
    const lines = await folder.read();
    const newline = Buffer.of(0x0a);
    expect(Buffer.concat(lines.flatMap((line) => [line.bytes, newline]))).toEqual(bytes);
  });

  test("come out for every length around the sizes of reads and blocks", async () => {
    const sizes = [4096, 64 * 1024, 112 * 1024, CHUNK_BYTES, 2 * CHUNK_BYTES];
    const lengths = sizes.flatMap((size) => [1, size - 1, size, size + 1]);
    folder.write(TODAY, lengths.map((length) => `${"x".repeat(length)}\n`).join(""));
    expect((await folder.read()).map(({ bytes }) => bytes.length)).toEqual(lengths);
  });
});

describe("a file", () => {
  test("that is empty has no line until it has one", async () => {
    folder.write(TODAY, "");
    expect(await folder.texts()).toEqual([]);
    expect(folder.tail.files()).toMatchObject([{ name: TODAY, sizeBytes: 0, partialBytes: 0 }]);
    folder.append(TODAY, "one\n");
    expect(await folder.texts()).toEqual(["one"]);
  });

  test("whose first line is blank is recognised by it, and by what was read", async () => {
    folder.write(TODAY, "\none\n");
    expect(await folder.texts()).toEqual(["", "one"]);
    await folder.restart();
    folder.append(TODAY, "two\n");
    expect(await folder.texts()).toEqual(["two"]);
  });

  test("whose first line is longer than 64 KiB is recognised by the first 64 KiB", async () => {
    const long = "x".repeat(100_000);
    folder.write(TODAY, long);
    expect(await folder.texts()).toEqual([]);
    folder.append(TODAY, "y\n");
    expect(await folder.read()).toMatchObject([{ offset: 0, text: `${long}y` }]);
    await folder.restart();
    folder.append(TODAY, "two\n");
    expect(await folder.texts()).toEqual(["two"]);
  });

  test("without a day in its name goes by the day on which it was last written", async () => {
    folder.write("audit.jsonl", "undated\n");
    folder.write("audit-2999-01-01.jsonl", "future\n");
    folder.write(TODAY.replace("2026", "1999"), "past\n");
    expect(await folder.texts()).toEqual(["past", "undated", "future"]);
  });

  test("of another name is not looked at", async () => {
    folder.write("audit.log", "one\n");
    folder.write(".hidden.jsonl", "two\n");
    expect(await folder.texts()).toEqual([]);
  });
});

/** The file system, but `fail` may throw before an operation on a path. */
function failing(fail: (operation: "open" | "read", path: string) => void): Files {
  return {
    ...systemFiles,
    open: async (path) => {
      fail("open", path);
      const file = await systemFiles.open(path);
      return {
        stat: () => file.stat(),
        close: () => file.close(),
        read: (...place) => {
          fail("read", path);
          return file.read(...place);
        },
      };
    },
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe("where a file cannot be read", () => {
  test("for lack of permission, the others are read, there is one warning, and it is tried for ever", async () => {
    let isAllowed = false;
    const files = failing((operation, path) => {
      if (operation === "open" && path.endsWith(TODAY) && !isAllowed) throw systemError("EACCES");
    });
    folder.write(TODAY, "one\n");
    folder.write(TOMORROW, "two\n");
    await folder.restart({ files });
    expect(await folder.texts()).toEqual(["two"]);
    expect(folder.tail.hasUnread).toBe(true);
    expect(folder.tail.files()).toContainEqual(
      expect.objectContaining({ name: TODAY, sizeBytes: 4, readOffset: 0, partialBytes: 0 }),
    );
    expect(await folder.texts()).toEqual([]);
    expect(folder.recorded.messages("warn")).toHaveLength(1);
    isAllowed = true;
    expect(await folder.texts()).toEqual(["one"]);
    expect(folder.tail.hasUnread).toBe(false);
  });

  test.each(["", "unfinished"])(
    "it is readable again also where it holds no whole line by then: %j",
    async (rest) => {
      let isAllowed = false;
      const files = failing((operation, path) => {
        if (operation === "open" && path.endsWith(TODAY) && !isAllowed) throw systemError("EACCES");
      });
      folder.write(TODAY, "one\n");
      await folder.restart({ files });
      expect(await folder.texts()).toEqual([]);
      expect(folder.tail.hasUnread).toBe(true);
      isAllowed = true;
      folder.write(TODAY, rest);
      expect(await folder.texts()).toEqual([]);
      expect(folder.tail.hasUnread).toBe(false);
      expect(folder.tail.files()).toHaveLength(1);
    },
  );

  test("for an error of the disk in the middle, it is read on from there later", async () => {
    let reads = 0;
    const files = failing((operation) => {
      if (operation === "read" && ++reads === 4) throw systemError("EIO");
    });
    const linesPerChunk = CHUNK_BYTES / 30;
    const lines = Array.from(
      { length: 4 * linesPerChunk },
      (_, index) => `line number ${index} of the backlog`,
    );
    folder.write(TODAY, `${lines.join("\n")}\n`);
    await folder.restart({ files });
    const before = await folder.texts();
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(lines.length);
    expect(folder.tail.hasUnread).toBe(true);
    await folder.clock.advance(5000);
    const texts = [...before, ...(await folder.texts())];
    expect(texts.length).toBe(lines.length);
    expect(texts.join() === lines.join()).toBe(true);
    expect(folder.recorded.messages("warn")).toEqual(["cannot be read now; trying again"]);
  });

  test("a folder that cannot be listed counts as unread, one that is missing does not", async () => {
    let code = "EACCES";
    const list = async () => {
      throw systemError(code);
    };
    await folder.restart({ files: { ...systemFiles, list } });
    expect(await folder.texts()).toEqual([]);
    expect(folder.tail.hasUnread).toBe(true);
    code = "ENOENT";
    await folder.read();
    expect(folder.tail.hasUnread).toBe(false);
  });
});

test("no more than 256 files are held open, and every file is read", async () => {
  let open = 0;
  let openMax = 0;
  const files: Files = {
    ...systemFiles,
    open: async (path) => {
      const file = await systemFiles.open(path);
      openMax = Math.max(openMax, ++open);
      return {
        stat: () => file.stat(),
        read: file.read.bind(file),
        close: () => {
          open--;
          return file.close();
        },
      };
    },
  };
  const names = Array.from({ length: 300 }, (_, index) => `audit-${1000 + index}.jsonl`);
  for (const name of names) folder.write(name, `${name}\n`);
  await folder.restart({ files });
  expect((await folder.texts()).sort()).toEqual(names);
  expect(openMax).toBeLessThanOrEqual(258);
  await folder.tail.close();
  expect(open).toBe(0);
});
