/** One generation as a lane's tail knows it: where it stands on disk, and how far it was read. */
import assert from "node:assert/strict";
import { createHash, type Hash } from "node:crypto";
import type { OpenFile } from "../system/files.ts";
import { type Checkpoint, hashTail, TAIL_HASH_BYTES } from "./checkpoint.ts";
import { FIRST_LINE_BYTES_MAX, type Generation, hashFirstLine } from "./generation.ts";

/** Files that are held open, so that a deletion cannot take lines that were not read yet. */
export const OPEN_FILES_MAX = 256;

const NEWLINE = 0x0a;

/** A line of more than 8 MiB whose newline was not found yet. */
export interface OverlongScan {
  readonly head: Buffer;
  readonly hash: Hash;
  /** Bytes of the line so far. */
  lengthBytes: number;
  /** The last bytes so far, at most 4096. */
  tail: Buffer;
}

export class TrackedFile {
  readonly generation: Generation;
  /** The file's present name. */
  seenAs: string;
  inode: string;
  /** Just after the last newline that was read. */
  readOffset: number;
  /** Hash of the bytes before `readOffset`, to recognise the file by; made when it is needed. */
  tailSha256: string;
  /** Up to here the file was looked at: there is no newline between `readOffset` and this. */
  scannedTo: number;
  /** As of the last look. */
  sizeBytes = 0;
  modifiedMs = 0;
  /** True if it was written since it was last checked: where it did not grow, it may have been rewritten. */
  isSuspect = false;
  /** True while the folder has this file under the name `seenAs`. */
  isPresent = false;
  /** When it was first missed, monotonic milliseconds. */
  missingSinceMs = 0;
  /** True once its bytes were truncated or rewritten: what was not read is gone. */
  hasEnded = false;
  handle: OpenFile | undefined;
  overlong: OverlongScan | undefined;
  /** Set after a failed open or read: no further try before this, monotonic milliseconds. */
  retryAtMs = 0;
  /** The code of the last error of an open or read since it last went well. */
  readError: string | undefined;

  constructor(from: Omit<Checkpoint, "lastTimestamp">) {
    this.generation = from.generation;
    this.seenAs = from.seenAs;
    this.inode = from.inode;
    this.readOffset = from.offset;
    this.tailSha256 = from.tailSha256;
    this.scannedTo = from.offset;
  }

  /** True if there are bytes that were not looked at, or may be. */
  get hasUnread(): boolean {
    const mayBeRewritten = this.isSuspect && this.sizeBytes === this.scannedTo;
    return !this.hasEnded && (this.sizeBytes > this.scannedTo || mayBeRewritten);
  }

  /** The unfinished last line, as far as it was seen. */
  get partialBytes(): number {
    return !this.hasEnded && this.sizeBytes === this.scannedTo ? this.sizeBytes - this.readOffset : 0;
  }

  /** Closes the handle, if there is one. */
  async close(): Promise<void> {
    const handle = this.handle;
    this.handle = undefined;
    await handle?.close().catch(() => undefined);
  }
}

/** Reads `length` bytes at `position`, fewer at the end of the file. */
export async function readFully(file: OpenFile, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = await file.read(bytes, filled, length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

/** The first line without its newline, cut at 64 KiB; undefined while it is shorter and unfinished. */
export async function readFirstLine(file: OpenFile): Promise<Buffer | undefined> {
  let lengthBytes = 4096;
  for (;;) {
    const head = await readFully(file, 0, Math.min(lengthBytes, FIRST_LINE_BYTES_MAX + 1));
    const newline = head.indexOf(NEWLINE);
    if (newline >= 0) return head.subarray(0, newline);
    if (head.length > FIRST_LINE_BYTES_MAX) return head.subarray(0, FIRST_LINE_BYTES_MAX);
    if (head.length < lengthBytes) return undefined;
    lengthBytes *= 4;
  }
}

/** True if the content still begins with the first line by which `file` is known. */
export async function hasFirstLine(handle: OpenFile, file: TrackedFile): Promise<boolean> {
  // Through this handle it was checked before, and so far the hash before the offset covers the first line, too.
  if (file.readOffset > 0 && file.readOffset <= TAIL_HASH_BYTES && file.handle === handle) return true;
  const firstLine = await readFirstLine(handle);
  if (firstLine === undefined) return false;
  return hashFirstLine(firstLine) === file.generation.firstLineSha256;
}

/** The min(offset, 4096) bytes before `offset`, if they have the hash; undefined if the file is another one. */
export async function readHistory(
  file: OpenFile,
  offset: number,
  sha256: string,
): Promise<Buffer | undefined> {
  const history = await readBefore(file, offset);
  const isWhole = history.length === Math.min(offset, TAIL_HASH_BYTES);
  return isWhole && hashTail(history) === sha256 ? history : undefined;
}

/** The min(offset, 4096) bytes before `offset`, fewer if the file ends before. */
function readBefore(file: OpenFile, offset: number): Promise<Buffer> {
  const length = Math.min(offset, TAIL_HASH_BYTES);
  return readFully(file, offset - length, length);
}

/**
 * True if `other`, which is the same as `file` up to where that was read, also holds what was not read of it: as long as
 * the file itself is open, its own bytes tell.
 */
export async function holdsUnread(other: OpenFile, { handle, readOffset }: TrackedFile): Promise<boolean> {
  // What cannot be read any more cannot be lost.
  const stat = await handle?.stat().catch(() => undefined);
  if (handle === undefined || stat === undefined || stat.sizeBytes <= readOffset) return true;
  const end = await readBefore(handle, stat.sizeBytes).catch(() => undefined);
  return end === undefined || (await readHistory(other, stat.sizeBytes, hashTail(end))) !== undefined;
}

/** Begins to skip a line of which `pending` is there. */
export function startOverlong(pending: Buffer, keptBytes: number): OverlongScan {
  const scan = {
    head: Buffer.from(pending.subarray(0, keptBytes)),
    hash: createHash("sha256"),
    lengthBytes: 0,
    tail: Buffer.alloc(0),
  };
  continueOverlong(scan, pending);
  return scan;
}

/** Takes more bytes of the line. */
export function continueOverlong(scan: OverlongScan, bytes: Buffer): void {
  scan.hash.update(bytes);
  scan.lengthBytes += bytes.length;
  scan.tail = Buffer.concat([scan.tail, bytes.subarray(-TAIL_HASH_BYTES)]).subarray(-TAIL_HASH_BYTES);
  assert(scan.tail.length <= TAIL_HASH_BYTES);
}

/** True if there are bytes that were not looked at and a way to them. */
export function isReachable(file: TrackedFile): boolean {
  return file.hasUnread && (file.isPresent || file.handle !== undefined);
}

/** Oldest first: by the day in the name, without one by the day of the last write, then by name and generation. */
export function byAge(a: TrackedFile, b: TrackedFile): number {
  return (
    compare(dayOf(a), dayOf(b)) ||
    compare(a.generation.name, b.generation.name) ||
    a.generation.number - b.generation.number
  );
}

function dayOf(file: TrackedFile): string {
  return file.generation.day ?? new Date(file.modifiedMs).toISOString().slice(0, 10);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
