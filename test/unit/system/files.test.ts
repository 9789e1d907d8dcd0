/**
 * Goal: the file system as the port promises it: links are not followed, pipes are not waited on, a replacement
 * is whole or not there.
 * Method: real files in a temporary folder.
 */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { errorCode, systemFiles } from "../../../src/system/files.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function at(name: string): string {
  return join(root, name);
}

test("a folder's names are listed; one that is missing is an error", async () => {
  writeFileSync(at("a"), "");
  mkdirSync(at("b"));
  expect((await systemFiles.list(root)).toSorted()).toEqual(["a", "b"]);
  await expect(systemFiles.list(at("none"))).rejects.toMatchObject({ code: "ENOENT" });
});

describe("a look at a path", () => {
  test("tells kind, size and inode; nothing where nothing is", async () => {
    writeFileSync(at("file"), "12345");
    mkdirSync(at("folder"));
    symlinkSync(at("file"), at("link"));
    execFileSync("mkfifo", [at("pipe")]);
    const { dev, ino } = statSync(at("file"));
    expect(await systemFiles.stat(at("file"))).toMatchObject({
      kind: "file",
      sizeBytes: 5,
      inode: `${dev}:${ino}`,
    });
    expect((await systemFiles.stat(at("folder")))?.kind).toBe("directory");
    expect((await systemFiles.stat(at("link")))?.kind).toBe("symlink");
    expect((await systemFiles.stat(at("pipe")))?.kind).toBe("other");
    expect(await systemFiles.stat(at("none"))).toBeUndefined();
  });
});

describe("an open file", () => {
  test("is read at any place, and ends with 0", async () => {
    writeFileSync(at("file"), "0123456789");
    const file = await systemFiles.open(at("file"));
    const target = Buffer.alloc(8, "-");
    expect(await file.read(target, 2, 4, 3)).toBe(4);
    expect(target.toString()).toBe("--3456--");
    expect(await file.read(target, 0, 8, 8)).toBe(2);
    expect(await file.read(target, 0, 8, 10)).toBe(0);
    await file.close();
  });

  test("stays readable after it was renamed and deleted, and shows what is written to it", async () => {
    writeFileSync(at("file"), "one");
    const file = await systemFiles.open(at("file"));
    renameSync(at("file"), at("moved"));
    appendFileSync(at("moved"), "two");
    rmSync(at("moved"));
    expect((await file.stat()).sizeBytes).toBe(6);
    const target = Buffer.alloc(6);
    await file.read(target, 0, 6, 0);
    expect(target.toString()).toBe("onetwo");
    await file.close();
  });

  test("is none for a link, and a pipe without a writer is not waited on", async () => {
    writeFileSync(at("file"), "");
    symlinkSync(at("file"), at("link"));
    execFileSync("mkfifo", [at("pipe")]);
    await expect(systemFiles.open(at("link"))).rejects.toMatchObject({ code: "ELOOP" });
    const pipe = await systemFiles.open(at("pipe"));
    expect((await pipe.stat()).kind).toBe("other");
    await pipe.close();
  });
});

describe("a replacement", () => {
  test("is for this user alone, and leaves nothing beside it", async () => {
    await systemFiles.replace(at("file"), "one");
    await systemFiles.replace(at("file"), Buffer.from("two"));
    expect(readFileSync(at("file"), "utf8")).toBe("two");
    expect(statSync(at("file")).mode & 0o777).toBe(0o600);
    expect(readdirSync(root)).toEqual(["file"]);
  });

  test("that fails leaves what was there", async () => {
    mkdirSync(at("folder"));
    writeFileSync(join(at("folder"), "x"), "");
    await expect(systemFiles.replace(at("folder"), "text")).rejects.toThrow();
    expect(readdirSync(root)).toEqual(["folder"]);
    await expect(systemFiles.replace(join(at("none"), "file"), "text")).rejects.toMatchObject({
      code: "ENOENT",
    });
  });
});

test("a whole file is read; one that is missing is none", async () => {
  writeFileSync(at("file"), "text");
  expect((await systemFiles.readWhole(at("file")))?.toString()).toBe("text");
  expect(await systemFiles.readWhole(at("none"))).toBeUndefined();
  await expect(systemFiles.readWhole(root)).rejects.toMatchObject({ code: "EISDIR" });
});

test("a private folder is made with those above it, and again without an error", async () => {
  await systemFiles.makePrivateDirectory(join(root, "a", "b"));
  await systemFiles.makePrivateDirectory(join(root, "a", "b"));
  expect(statSync(join(root, "a", "b")).mode & 0o777).toBe(0o700);
});

test.each([
  [Object.assign(new Error("x"), { code: "ENOENT" }), "ENOENT"],
  [Object.assign(new Error("x"), { code: 7 }), undefined],
  [new Error("x"), undefined],
  ["ENOENT", undefined],
  [undefined, undefined],
])("the code of %s is %s", (error, code) => {
  expect(errorCode(error)).toBe(code);
});
