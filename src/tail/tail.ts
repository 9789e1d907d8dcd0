/** One lane's way through the audit folder: the oldest file first, each to its end, for ever. */
import type { Clock } from "../system/clock.ts";
import { errorCode, type Files, type OpenFile } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import { type Block, KEPT_HEAD_BYTES, LINE_BYTES_MAX, type OverlongLine } from "./block.ts";
import { type Checkpoint, hashTail } from "./checkpoint.ts";
import type { Folder } from "./folder.ts";
import { LineBuffer } from "./line-buffer.ts";
import { Rotation, type TailedFile } from "./rotation.ts";
import {
  byAge,
  continueOverlong,
  hasFirstLine,
  isReachable,
  OPEN_FILES_MAX,
  readFully,
  readHistory,
  startOverlong,
  TrackedFile,
} from "./tracked-file.ts";

/** How long a file that is gone from the folder is still looked at for late writes. */
const LATE_WRITES_MS = 5000;
/** A file at its end is closed when it was not written for so long. */
const QUIET_FILE_MS = 24 * 3_600_000;
const RETRY_MS = 5000;
/** A name whose file changed since the sweep: the next sweep will tell. */
const REPLACED_RETRY_MS = 100;
const NEWLINE = 0x0a;

export interface TailPorts {
  readonly folder: Folder;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
}

export class Tail {
  readonly #ports: TailPorts;
  readonly #rotation: Rotation;
  readonly #buffer = new LineBuffer(LINE_BYTES_MAX);
  #current: TrackedFile | undefined;
  #revisionSeen = -1;
  #housekeepingAtMs = 0;

  /**
   * @param instance the configuration's `instance`, part of every id
   * @param checkpoints where to go on
   */
  constructor(instance: string, checkpoints: readonly Checkpoint[], ports: TailPorts) {
    this.#ports = ports;
    this.#rotation = new Rotation(
      instance,
      checkpoints.map((checkpoint) => new TrackedFile(checkpoint)),
      ports,
    );
  }

  /** The next whole lines; undefined if there are none now. What it returned before is no longer valid. */
  async next(): Promise<Block | OverlongLine | undefined> {
    await this.look();
    for (;;) {
      const file = this.#current ?? (await this.#enterNextFile());
      if (file === undefined) return undefined;
      const found = await this.#readFrom(file);
      if (found !== undefined) return found;
    }
  }

  /** True if there are bytes that were not looked at, also where they cannot be read now. */
  get hasUnread(): boolean {
    const { tracked, unreadable } = this.#rotation;
    const isHidden = unreadable.size > 0 || this.#ports.folder.isUnreadable;
    return this.#current !== undefined || isHidden || tracked.some(isReachable);
  }

  /** Every file that stands in the folder or is still being read. */
  files(): TailedFile[] {
    return this.#rotation.files();
  }

  /** The checkpoint with the name and inode that its file has by now. */
  refreshed(checkpoint: Checkpoint): Checkpoint {
    const file = this.#rotation.tracked.find((one) => one.generation.id === checkpoint.generation.id);
    return file === undefined ? checkpoint : { ...checkpoint, seenAs: file.seenAs, inode: file.inode };
  }

  async close(): Promise<void> {
    for (const file of this.#rotation.tracked) await file.close();
  }

  /**
   * Takes in what the sweep saw, opens what must not be lost, closes what is done; reads no lines. For when no
   * line can be taken: files come, grow and go meanwhile.
   */
  async look(): Promise<void> {
    const nowMs = this.#ports.clock.monotonicMs();
    const { revision } = this.#ports.folder;
    if (revision === this.#revisionSeen && nowMs < this.#housekeepingAtMs) return;
    this.#revisionSeen = revision;
    this.#housekeepingAtMs = nowMs + 1000;
    if (this.#current !== undefined) this.#noteTail(this.#current);
    await this.#rotation.reconcile(nowMs);
    this.#leaveIfSuspect();
    const { tracked } = this.#rotation;
    let openFiles = tracked.filter((file) => file.handle !== undefined).length;
    for (const file of tracked) {
      if (file === this.#current) continue;
      if (file.handle === undefined) {
        const isWanted = file.isPresent && file.retryAtMs <= nowMs && !this.#isDone(file, nowMs);
        if (isWanted && openFiles < OPEN_FILES_MAX && (await this.#open(file))) openFiles++;
      } else if (this.#isDone(file, nowMs)) {
        await file.close();
        openFiles--;
      }
    }
  }

  /** A file that was written since it was entered is looked at again before more of it is read: it may be another. */
  #leaveIfSuspect(): void {
    const file = this.#current;
    if (file === undefined || !file.isSuspect) return;
    if (file.overlong === undefined) file.scannedTo = file.readOffset;
    this.#current = undefined;
  }

  #isDone(file: TrackedFile, nowMs: number): boolean {
    if (file.hasUnread) return false;
    if (!file.isPresent) return nowMs - file.missingSinceMs > LATE_WRITES_MS;
    return this.#ports.clock.nowMs() - file.modifiedMs > QUIET_FILE_MS;
  }

  #isReadable(file: TrackedFile): boolean {
    return isReachable(file) && file.retryAtMs <= this.#ports.clock.monotonicMs();
  }

  async #enterNextFile(): Promise<TrackedFile | undefined> {
    for (;;) {
      const candidates = this.#rotation.tracked.filter((file) => this.#isReadable(file)).sort(byAge);
      const file = candidates[0];
      if (file === undefined) return undefined;
      if (await this.#enter(file)) {
        this.#current = file;
        return file;
      }
    }
  }

  /** Opens the file where needed and makes sure that it is the one that was read before. */
  async #enter(file: TrackedFile): Promise<boolean> {
    if (file.handle === undefined) await this.#rotation.makeRoom();
    const handle = file.handle ?? (await this.#open(file));
    if (handle === undefined) return false;
    try {
      const { sizeBytes } = await handle.stat();
      const isSame = sizeBytes >= file.readOffset && (await hasFirstLine(handle, file));
      const history = isSame ? await readHistory(handle, file.readOffset, file.tailSha256) : undefined;
      if (history === undefined) {
        await this.#rotation.restart(file, sizeBytes < file.readOffset ? "truncated" : "rewritten");
        return false;
      }
      this.#buffer.reset(file.readOffset, history);
      file.readError = undefined;
      file.isSuspect = false;
      return true;
    } catch (error) {
      this.#postpone(file, error);
      return false;
    }
  }

  async #open(file: TrackedFile): Promise<OpenFile | undefined> {
    let handle: OpenFile | undefined;
    try {
      handle = await this.#ports.files.open(`${this.#ports.folder.directory}/${file.seenAs}`);
      const stat = await handle.stat();
      if (stat.inode !== file.inode) {
        this.#ports.folder.notify();
        file.retryAtMs = this.#ports.clock.monotonicMs() + REPLACED_RETRY_MS;
        return undefined;
      }
      if (!(await hasFirstLine(handle, file))) {
        await this.#rotation.restart(file, "rewritten");
        return undefined;
      }
      file.handle = handle;
      handle = undefined;
      return file.handle;
    } catch (error) {
      this.#postpone(file, error);
      return undefined;
    } finally {
      await handle?.close();
    }
  }

  #postpone(file: TrackedFile, error: unknown): void {
    file.retryAtMs = this.#ports.clock.monotonicMs() + RETRY_MS;
    const code = errorCode(error) ?? (error instanceof Error ? error.message : "unknown error");
    if (code !== "ENOENT" && code !== file.readError)
      this.#ports.log.warn({ file: file.seenAs, code }, "cannot be read now; trying again");
    file.readError = code;
  }

  async #readFrom(file: TrackedFile): Promise<Block | OverlongLine | undefined> {
    try {
      return await (file.overlong === undefined ? this.#readLines(file) : this.#skipOverlong(file));
    } catch (error) {
      this.#noteTail(file);
      this.#postpone(file, error);
      this.#current = undefined;
      return undefined;
    }
  }

  /** Brings what the file is recognised by in line with how far it was read; too dear to do with each block. */
  #noteTail(file: TrackedFile): void {
    file.tailSha256 = this.#buffer.tailSha256();
  }

  async #readLines(file: TrackedFile): Promise<Block | OverlongLine | undefined> {
    const buffer = this.#buffer;
    for (;;) {
      const lines = buffer.takeLines();
      file.scannedTo = lines === undefined ? buffer.readPosition : buffer.lineOffset;
      file.sizeBytes = Math.max(file.sizeBytes, buffer.readPosition);
      if (lines !== undefined) {
        file.readOffset = buffer.lineOffset;
        return { kind: "lines", generation: file.generation, ...lines };
      }
      if (buffer.isOverfull) {
        this.#noteTail(file);
        file.overlong = startOverlong(buffer.pending, KEPT_HEAD_BYTES);
        return this.#skipOverlong(file);
      }
      const { target, start, length } = buffer.space();
      const read = (await file.handle?.read(target, start, length, buffer.readPosition)) ?? 0;
      buffer.filled(read);
      if (read === 0) {
        this.#noteTail(file);
        file.sizeBytes = file.scannedTo;
        this.#current = undefined;
        return undefined;
      }
    }
  }

  /** Looks for the newline of a line that is too long, without keeping it. */
  async #skipOverlong(file: TrackedFile): Promise<OverlongLine | undefined> {
    const scan = file.overlong;
    while (scan !== undefined && file.handle !== undefined) {
      const chunk = await readFully(file.handle, file.scannedTo, KEPT_HEAD_BYTES);
      const newline = chunk.indexOf(NEWLINE);
      const part = newline < 0 ? chunk : chunk.subarray(0, newline);
      continueOverlong(scan, part);
      file.scannedTo += newline < 0 ? chunk.length : newline + 1;
      if (newline >= 0) return this.#endOverlong(file, scan);
      if (chunk.length === 0) break;
    }
    file.sizeBytes = file.scannedTo;
    this.#current = undefined;
    return undefined;
  }

  #endOverlong(file: TrackedFile, scan: NonNullable<TrackedFile["overlong"]>): OverlongLine {
    const offset = file.readOffset;
    const tail = Buffer.concat([scan.tail, Buffer.of(NEWLINE)]).subarray(1);
    file.overlong = undefined;
    file.readOffset = file.scannedTo;
    file.tailSha256 = hashTail(tail);
    file.sizeBytes = Math.max(file.sizeBytes, file.scannedTo);
    this.#buffer.reset(file.readOffset, tail);
    return {
      kind: "overlong",
      generation: file.generation,
      offset,
      endOffset: file.readOffset,
      head: scan.head,
      sha256: scan.hash.digest("hex"),
      lengthBytes: scan.lengthBytes,
      tailSha256: file.tailSha256,
    };
  }
}
