/**
 * Files that are written once, whole or not at all, into folders of their own: what is there already is not touched.
 * The bodies of retrieval details are kept so.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode } from "./files.ts";

export interface WriteOnce {
  /**
   * Writes a file that is not there yet. It appears at once, whole and synced; its name survives a power cut once
   * `syncFolder` has resolved. Folders that are missing are made (0700), the file has mode 0600.
   */
  write(file: NewFile): Promise<"written" | "present">;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Removes what writers that were killed have left in `scratch`, if it is older than `ageMs`. */
  removeLeftovers(scratch: string, ageMs: number, nowMs: number): Promise<void>;
  /**
   * Removes those files of a folder whose names `isOurs` knows, and the folder if nothing is left.
   *
   * @returns false if something else is in it
   */
  removeFolder(path: string, isOurs: (name: string) => boolean): Promise<boolean>;
}

export interface NewFile {
  readonly path: string;
  readonly content: Uint8Array;
  /** A folder of the same file system for what is not whole yet. */
  readonly scratch: string;
}

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

async function write({ path, content, scratch }: NewFile): Promise<"written" | "present"> {
  if (await isPresent(path)) return "present";
  await makeFolder(dirname(path));
  await mkdir(scratch, { recursive: true, mode: PRIVATE_FOLDER });
  // Another process, a replay beside the daemon, may write the same file at this moment.
  const beside = join(scratch, randomUUID());
  try {
    const handle = await open(beside, "wx", PRIVATE_FILE);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw error;
  }
  return "written";
}

/** True if there is a regular file. Rejects with EEXIST if something else has its name. */
async function isPresent(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(undefinedIfMissing);
  if (stats === undefined) return false;
  if (stats.isFile()) return true;
  throw Object.assign(new Error(`EEXIST: not a regular file, '${path}'`), { code: "EEXIST" });
}

/** Makes a folder whose own name is durable. Rejects with ENOTDIR if it is a link: it could lead anywhere. */
async function makeFolder(path: string): Promise<void> {
  const stats = await lstat(path).catch(undefinedIfMissing);
  if (stats?.isDirectory()) return;
  if (stats !== undefined)
    throw Object.assign(new Error(`ENOTDIR: not a folder, '${path}'`), { code: "ENOTDIR" });
  await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER });
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeLeftovers(scratch: string, ageMs: number, nowMs: number): Promise<void> {
  const names = (await readdir(scratch).catch(undefinedIfMissing)) ?? [];
  for (const name of names) {
    const path = join(scratch, name);
    const stats = await lstat(path).catch(undefinedIfMissing);
    if (stats?.isFile() && nowMs - stats.mtimeMs > ageMs) await unlink(path).catch(undefinedIfMissing);
  }
}

async function removeFolder(path: string, isOurs: (name: string) => boolean): Promise<boolean> {
  const stats = await lstat(path).catch(undefinedIfMissing);
  if (stats === undefined) return true;
  if (!stats.isDirectory()) return false;
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isFile() && isOurs(entry.name)) await unlink(join(path, entry.name)).catch(undefinedIfMissing);
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOTEMPTY" || errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (errorCode(error) !== "ENOENT") throw error;
}

export const systemWriteOnce: WriteOnce = { write, syncFolder, removeLeftovers, removeFolder };
