/**
 * Goal: a file is written once, whole or not at all, for this user alone; what is there stays, links are not followed,
 * and only what is ours is removed.
 * Method: a temporary folder with what others could have put into it.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemWriteOnce } from "../../../src/system/write-once.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "once-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(name: string, content = "content") {
  return { path: join(root, name), content: Buffer.from(content), scratch: join(root, ".scratch") };
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe("writing", () => {
  it("makes file and folders, for this user alone", async () => {
    expect(await systemWriteOnce.write(file("day/a"))).toBe("written");
    await systemWriteOnce.syncFolder(join(root, "day"));
    expect(readFileSync(join(root, "day/a"), "utf8")).toBe("content");
    expect(modeOf(join(root, "day/a"))).toBe(0o600);
    expect(modeOf(join(root, "day"))).toBe(0o700);
    expect(readdirSync(join(root, ".scratch"))).toEqual([]);
  });

  it("leaves what is there", async () => {
    await systemWriteOnce.write(file("day/a"));
    expect(await systemWriteOnce.write(file("day/a", "other"))).toBe("present");
    expect(readFileSync(join(root, "day/a"), "utf8")).toBe("content");
  });

  it("takes two writers of one file", async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => systemWriteOnce.write(file("day/a"))));
    expect(outcomes).toContain("written");
    expect(readFileSync(join(root, "day/a"), "utf8")).toBe("content");
  });

  it("follows no link, and replaces nothing that is no file", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "elsewhere-"));
    try {
      symlinkSync(elsewhere, join(root, "day"));
      await expect(systemWriteOnce.write(file("day/a"))).rejects.toMatchObject({ code: "ENOTDIR" });
      await expect(systemWriteOnce.syncFolder(join(root, "day"))).rejects.toMatchObject({
        code: /ELOOP|ENOTDIR/,
      });
      mkdirSync(join(root, "real/a"), { recursive: true });
      await expect(systemWriteOnce.write(file("real/a"))).rejects.toMatchObject({ code: "EEXIST" });
      symlinkSync("/etc/hostname", join(root, "real/b"));
      await expect(systemWriteOnce.write(file("real/b"))).rejects.toMatchObject({ code: "EEXIST" });
      expect(readdirSync(elsewhere)).toEqual([]);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it("leaves nothing half-written when it fails", async () => {
    const broken = { ...file("day/a"), content: { length: 1 } as unknown as Uint8Array };
    await expect(systemWriteOnce.write(broken)).rejects.toThrow();
    expect(readdirSync(join(root, ".scratch"))).toEqual([]);
    expect(readdirSync(join(root, "day"))).toEqual([]);
  });
});

describe("what a killed writer left", () => {
  it("is removed once it is old, and nothing else", async () => {
    const scratch = join(root, ".scratch");
    mkdirSync(join(scratch, "folder"), { recursive: true });
    for (const name of ["old", "new"]) writeFileSync(join(scratch, name), "half");
    utimesSync(join(scratch, "old"), 1000, 1000);
    utimesSync(join(scratch, "new"), 5000, 5000);
    await systemWriteOnce.removeLeftovers(scratch, 1_000_000, 5_500_000);
    expect(readdirSync(scratch).sort()).toEqual(["folder", "new"]);
  });

  it("need not be there", async () => {
    await expect(systemWriteOnce.removeLeftovers(join(root, "none"), 0, 0)).resolves.toBeUndefined();
  });
});

describe("removing a folder", () => {
  const isOurs = (name: string) => name.startsWith("our");

  it("removes it with what is ours", async () => {
    await systemWriteOnce.write(file("day/our-a"));
    expect(await systemWriteOnce.removeFolder(join(root, "day"), isOurs)).toBe(true);
    expect(existsSync(join(root, "day"))).toBe(false);
    expect(await systemWriteOnce.removeFolder(join(root, "day"), isOurs)).toBe(true);
  });

  it("leaves what is not ours, folders and links with our names, and where they lead", async () => {
    await systemWriteOnce.write(file("day/our-a"));
    writeFileSync(join(root, "precious"), "precious");
    symlinkSync(join(root, "precious"), join(root, "day/our-link"));
    mkdirSync(join(root, "day/our-folder"));
    writeFileSync(join(root, "day/theirs"), "theirs");
    expect(await systemWriteOnce.removeFolder(join(root, "day"), isOurs)).toBe(false);
    expect(readdirSync(join(root, "day")).sort()).toEqual(["our-folder", "our-link", "theirs"]);
    expect(readFileSync(join(root, "precious"), "utf8")).toBe("precious");
  });

  it("does not follow a link", async () => {
    await systemWriteOnce.write(file("real/our-a"));
    symlinkSync(join(root, "real"), join(root, "day"));
    expect(await systemWriteOnce.removeFolder(join(root, "day"), isOurs)).toBe(false);
    expect(readdirSync(join(root, "real"))).toEqual(["our-a"]);
  });

  it.skipIf(process.getuid?.() === 0)("rejects if it may not", async () => {
    await systemWriteOnce.write(file("day/our-a"));
    chmodSync(join(root, "day"), 0o500);
    await expect(systemWriteOnce.removeFolder(join(root, "day"), isOurs)).rejects.toMatchObject({
      code: "EACCES",
    });
    chmodSync(join(root, "day"), 0o700);
  });
});
