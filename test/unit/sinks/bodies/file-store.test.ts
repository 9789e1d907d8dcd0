/**
 * Goal: bodies lie in day folders, each once; what stands in the way is told with what to do; only days that are ours
 * and old are deleted.
 * Method: a temporary folder; a file system whose faults the test chooses.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packed } from "../../../../src/sinks/bodies/body-store.ts";
import { FileBodyStore } from "../../../../src/sinks/bodies/file-store.ts";
import { systemFiles } from "../../../../src/system/files.ts";
import { systemProbes } from "../../../../src/system/probes.ts";
import { systemWriteOnce, type WriteOnce } from "../../../../src/system/write-once.ts";

const ID = "0123456789abcdefghi_-Z-4711";
const NAME = `2026-04-03/${ID}.json.gz`;
const signal = new AbortController().signal;

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bodies-"));
  directory = join(root, "bodies");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function storeOf(faults: Partial<WriteOnce> = {}, nowMs = Date.UTC(2026, 3, 3, 12)): FileBodyStore {
  const once = { ...systemWriteOnce, ...faults };
  return new FileBodyStore(directory, {
    files: systemFiles,
    once,
    probes: systemProbes,
    clock: { nowMs: () => nowMs },
  });
}

function failing(code: string) {
  return () => Promise.reject(Object.assign(new Error(`${code}: no`), { code }));
}

describe("a body", () => {
  test("is stored once, and read back", async () => {
    const store = storeOf();
    const content = await packed("{}");
    expect(await store.open()).toEqual({ outcome: "ready" });
    expect(await store.put(NAME, content, signal)).toEqual({ outcome: "stored" });
    expect(await store.put(NAME, content, signal)).toEqual({ outcome: "duplicate" });
    expect(await store.flush([NAME])).toBeUndefined();
    expect(readdirSync(join(directory, "2026-04-03"))).toEqual([`${ID}.json.gz`]);
    expect(await store.read(NAME)).toEqual({ outcome: "found", name: NAME, content });
    expect(await store.read(NAME.replace("03/", "04/"))).toEqual({ outcome: "missing" });
  });

  test("is found by its id alone", async () => {
    const store = storeOf();
    expect(await store.find(ID)).toEqual({ outcome: "missing" });
    for (const day of ["2026-04-01", "2026-04-03"])
      await store.put(`${day}/other.json.gz`, Buffer.of(1), signal);
    await store.put(`2026-04-02/${ID}.json.gz`, Buffer.of(2), signal);
    expect(await store.find(ID)).toMatchObject({ outcome: "found", name: `2026-04-02/${ID}.json.gz` });
  });

  test("is listed with others of its day and file", async () => {
    const store = storeOf();
    const beginning = `${ID.slice(0, 22)}-`;
    expect(await store.list("2026-04-03", beginning)).toEqual({ outcome: "found", ids: new Set() });
    for (const name of [
      NAME,
      NAME.replace("4711", "5"),
      NAME.replace("0123", "9999"),
      NAME.replace("03/", "04/"),
    ])
      await store.put(name, Buffer.of(1), signal);
    writeFileSync(join(directory, "2026-04-03", `${beginning}notes.txt`), "");
    const ids = new Set([ID, ID.replace("4711", "5")]);
    expect(await store.list("2026-04-03", beginning)).toEqual({ outcome: "found", ids });
  });

  test("is not stored any more once the lane is told to stop", async () => {
    const report = await storeOf().put(NAME, Buffer.of(1), AbortSignal.abort());
    expect(report).toMatchObject({ outcome: "unavailable", reason: "aborted" });
    expect(existsSync(directory)).toBe(false);
  });

  test("the folder is synced once for each day", async () => {
    const synced: string[] = [];
    const store = storeOf({ syncFolder: async (path) => void synced.push(path) });
    await store.flush(["2026-04-03/a", "2026-04-03/b", "2026-04-04/c"]);
    expect(synced).toEqual([join(directory, "2026-04-03"), join(directory, "2026-04-04")]);
  });
});

describe("what stands in the way", () => {
  test.each([
    ["ENOSPC", "unavailable", "disk_full", /make room/],
    ["EDQUOT", "unavailable", "disk_full", /make room/],
    ["EIO", "unavailable", "disk", /check its disk/],
    ["EACCES", "blocked", "EACCES", /let this user/],
    ["EROFS", "blocked", "EROFS", /read-only/],
    ["ENOTDIR", "blocked", "ENOTDIR", /no folder/],
  ])("%s is said: %s", async (code, outcome, reason, message) => {
    const expected = { outcome, reason, message: expect.stringMatching(message) };
    expect(await storeOf({ write: failing(code) }).put(NAME, Buffer.of(1), signal)).toMatchObject(expected);
    expect(await storeOf({ syncFolder: failing(code) }).flush([NAME])).toMatchObject(expected);
    expect(await storeOf({ removeLeftovers: failing(code) }).open()).toMatchObject(expected);
  });

  test("a folder that is no folder is said when a body is read or looked for", async () => {
    writeFileSync(directory, "");
    expect(await storeOf().read(NAME)).toMatchObject({ outcome: "blocked", reason: "ENOTDIR" });
    expect(await storeOf().find(ID)).toMatchObject({ outcome: "blocked", reason: "ENOTDIR" });
    expect(await storeOf().list("2026-04-03", "")).toMatchObject({ outcome: "blocked", reason: "ENOTDIR" });
  });

  test("a mistake of the program is not taken for one of the disk", async () => {
    const write = () => Promise.reject(new TypeError("a mistake"));
    await expect(storeOf({ write }).put(NAME, Buffer.of(1), signal)).rejects.toThrow("a mistake");
  });
});

describe("a probe", () => {
  test("says that the folder will be made, or is writable, and leaves nothing", async () => {
    expect(await storeOf().probe()).toEqual([
      { name: "folder", ok: true, message: `${directory} will be made` },
    ]);
    expect(existsSync(directory)).toBe(false);
    mkdirSync(directory);
    expect(await storeOf().probe()).toEqual([
      { name: "folder", ok: true, message: `${directory} is writable` },
    ]);
  });

  test("says what is in the way", async () => {
    const probes = { writeRefusal: async () => "EROFS" };
    const ports = { files: systemFiles, once: systemWriteOnce, probes, clock: { nowMs: () => 0 } };
    expect(await new FileBodyStore(directory, ports).probe()).toMatchObject([
      { ok: false, message: expect.stringMatching(/cannot be written to \(EROFS\): .*bodies\.directory/) },
    ]);
  });
});

describe("old days", () => {
  async function fill(...days: readonly string[]): Promise<FileBodyStore> {
    const store = storeOf({}, Date.UTC(2026, 3, 10));
    for (const day of days) await store.put(`${day}/${ID}.json.gz`, Buffer.of(1), signal);
    return store;
  }

  test("are deleted once their last moment is older than so many days", async () => {
    const store = await fill("2025-01-01", "2026-04-01", "2026-04-02", "2026-04-03", "2026-04-10");
    const deleted = ["2025-01-01", "2026-04-01", "2026-04-02"];
    expect(await store.deleteOlderThan(7)).toEqual({ deleted, left: [] });
    expect(readdirSync(directory).filter((name) => !name.startsWith("."))).toEqual([
      "2026-04-03",
      "2026-04-10",
    ]);
    expect(await store.deleteOlderThan(7)).toEqual({ deleted: [], left: [] });
  });

  test("are left where something else is in them, and links, and whatever is no day", async () => {
    const store = await fill("2025-01-01", "2025-01-02");
    writeFileSync(join(directory, "2025-01-01", "notes.txt"), "mine");
    const elsewhere = join(root, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, `${ID}.json.gz`), "precious");
    symlinkSync(elsewhere, join(directory, "2025-01-03"));
    mkdirSync(join(directory, "2025"));
    mkdirSync(join(directory, "2025-01-04-backup"));
    expect(await store.deleteOlderThan(7)).toEqual({
      deleted: ["2025-01-02"],
      left: ["2025-01-01", "2025-01-03"],
    });
    expect(readdirSync(join(directory, "2025-01-01"))).toEqual(["notes.txt"]);
    expect(readdirSync(elsewhere)).toEqual([`${ID}.json.gz`]);
    expect(existsSync(join(directory, "2025"))).toBe(true);
    expect(existsSync(join(directory, "2025-01-04-backup"))).toBe(true);
  });

  test("none are there before anything was stored", async () => {
    expect(await storeOf().deleteOlderThan(1)).toEqual({ deleted: [], left: [] });
  });
});
