/**
 * The file system, as the rest of the program sees it. The simulation replaces this port by a disk that
 * tears writes, loses what was not synced, and fails on purpose.
 */
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";

export interface FileStat {
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** Device and inode number. Only a hint of identity: file systems reuse inode numbers. */
  readonly inode: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A file opened for reading. It stays readable after it was renamed or deleted. */
export interface OpenFile {
  stat(): Promise<FileStat>;
  /** Reads up to `length` bytes from the file's `position` into `target`; returns how many, 0 at the end. */
  read(target: Buffer, targetStart: number, length: number, position: number): Promise<number>;
  close(): Promise<void>;
}

export interface Files {
  /** The names in a folder, in no order. Rejects with ENOENT if there is no such folder. */
  list(directory: string): Promise<string[]>;

  /** What is at `path` itself (a link is not followed); undefined if nothing is. */
  stat(path: string): Promise<FileStat | undefined>;

  /** Opens for reading only. Never follows a link in the last part of the path, never waits on a pipe. */
  open(path: string): Promise<OpenFile>;

  /** The whole content; undefined if there is no such file. */
  readWhole(path: string): Promise<Buffer | undefined>;

  /** Replaces the content of `path`. Once it resolves the new content survives a power cut; before, the old one does. */
  replace(path: string, content: string | Uint8Array): Promise<void>;

  /** Makes a folder, and those above it, for this user alone (0700), if it is not there yet. */
  makePrivateDirectory(path: string): Promise<void>;
}

/** The `code` of a system error (`ENOENT`, `EACCES`), or undefined if `error` is not one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function toFileStat(stats: BigIntStats): FileStat {
  return {
    kind: stats.isFile()
      ? "file"
      : stats.isDirectory()
        ? "directory"
        : stats.isSymbolicLink()
          ? "symlink"
          : "other",
    inode: `${stats.dev}:${stats.ino}`,
    sizeBytes: Number(stats.size),
    modifiedMs: Number(stats.mtimeMs),
  };
}

class NodeOpenFile implements OpenFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async stat(): Promise<FileStat> {
    return toFileStat(await this.#handle.stat({ bigint: true }));
  }

  async read(target: Buffer, targetStart: number, length: number, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(target, targetStart, length, position);
    return bytesRead;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function undefinedIfMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Writes beside the target, syncs, renames over it, syncs the folder: a crash leaves the old or the new. */
async function replace(path: string, content: string | Uint8Array): Promise<void> {
  const beside = `${path}.new`;
  const handle = await open(beside, "w", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await rename(beside, path);
  } catch (error) {
    await undefinedIfMissing(unlink(beside));
    throw error;
  }
  await syncDirectory(dirname(path));
}

const READ_ONLY_NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The names in a folder, in no order; a folder that is not there holds none. Rejects if it cannot be read. */
export async function namesIn(directory: string, files: Pick<Files, "list">): Promise<string[]> {
  return (await undefinedIfMissing(files.list(directory))) ?? [];
}

export const systemFiles: Files = {
  list: (directory) => readdir(directory),
  stat: async (path) => {
    const stats = await undefinedIfMissing(lstat(path, { bigint: true }));
    return stats && toFileStat(stats);
  },
  open: async (path) => new NodeOpenFile(await open(path, READ_ONLY_NO_LINK)),
  readWhole: (path) => undefinedIfMissing(readFile(path)),
  replace,
  makePrivateDirectory: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
};
