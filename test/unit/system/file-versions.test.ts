/**
 * Goal: every change of a file that was read is noticed once, and nothing else is.
 * Method: real files in a temporary folder.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileVersions } from "../../../src/system/file-versions.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versions-"));
  file = join(folder, "password");
  writeFileSync(file, "first");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a file that stays as it is has not changed", async () => {
  const versions = new FileVersions();
  expect(await versions.readWhole(file)).toEqual(Buffer.from("first"));
  writeFileSync(join(folder, "another"), "");
  expect(await versions.changed()).toEqual([]);
});

test.each([
  ["written anew", () => writeFileSync(file, "second one")],
  ["written anew with the same length", () => utimesSync(file, 1, 1)],
  ["removed", () => rmSync(file)],
  [
    "replaced",
    () => {
      writeFileSync(`${file}.new`, "other");
      renameSync(`${file}.new`, file);
    },
  ],
])("a file that is %s has changed, once", async (_, change) => {
  const versions = new FileVersions();
  await versions.readWhole(file);
  change();
  expect(await versions.changed()).toEqual([file]);
  expect(await versions.changed()).toEqual([]);
});

test("a file that was missing changes when it comes", async () => {
  const versions = new FileVersions();
  const missing = join(folder, "missing");
  expect(await versions.readWhole(missing)).toBeUndefined();
  expect(await versions.changed()).toEqual([]);
  writeFileSync(missing, "");
  expect(await versions.changed()).toEqual([missing]);
});

test("a secret that Kubernetes exchanges has changed, though its own link is the same", async () => {
  for (const version of ["1", "2"]) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, "token"), "equal");
  }
  symlinkSync("1", join(folder, "..data"));
  symlinkSync("..data/token", join(folder, "token"));
  const versions = new FileVersions();
  await versions.remember(join(folder, "token"));
  symlinkSync("2", join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  expect(await versions.changed()).toEqual([join(folder, "token")]);
});
