/**
 * What the folder holds now, against the files that were known: grown, renamed, replaced, truncated, new, gone.
 *
 * docs/rotation.md tells the cases and names the test of each. A file is recognised by its first line and by
 * the hash of the bytes before the offset; its inode is only a hint, since numbers are used again.
 */
import { errorCode, type FileStat, type Files, type OpenFile } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import { beginningOf } from "./checkpoint.ts";
import { type Folder, isSameStat } from "./folder.ts";
import { hashFirstLine, identifyGeneration } from "./generation.ts";
import { holdsUnread, OPEN_FILES_MAX, readFirstLine, readHistory, TrackedFile } from "./tracked-file.ts";

/** How far the tail is in one file. */
export interface TailedFile {
  readonly generationId: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly readOffset: number;
  readonly partialBytes: number;
}

export class Rotation {
  readonly #instance: string;
  readonly #folder: Folder;
  readonly #files: Files;
  readonly #log: Log;
  /** Every generation that is or was known, oldest knowledge first. */
  readonly tracked: TrackedFile[];
  /** Files without a whole first line, by name: who they are is not known yet. */
  readonly unidentified = new Map<string, FileStat>();
  /** Files that are there but could not be opened or read, by name: the error's code. */
  readonly unreadable = new Map<string, string>();

  constructor(
    instance: string,
    known: readonly TrackedFile[],
    ports: { readonly folder: Folder; readonly files: Files; readonly log: Log },
  ) {
    this.#instance = instance;
    this.#folder = ports.folder;
    this.#files = ports.files;
    this.#log = ports.log;
    this.tracked = [...known];
  }

  /** Brings what is tracked in line with the folder's last sweep. */
  async reconcile(monotonicMs: number): Promise<void> {
    const bound = new Set<string>();
    const truncated: string[] = [];
    // The newest generation of a name first: after a restart those that ended are known, too.
    for (const file of this.tracked.toReversed()) {
      if (file.hasEnded) continue;
      const entry = this.#folder.entries.get(file.seenAs);
      const wasPresent = file.isPresent;
      file.isPresent = entry?.inode === file.inode && !bound.has(file.seenAs);
      if (!file.isPresent && wasPresent) file.missingSinceMs = monotonicMs;
      if (entry === undefined || !file.isPresent) continue;
      bound.add(file.seenAs);
      if (entry.modifiedMs !== file.modifiedMs) file.isSuspect = true;
      file.sizeBytes = entry.sizeBytes;
      file.modifiedMs = entry.modifiedMs;
      if (entry.sizeBytes < file.scannedTo) truncated.push(file.seenAs);
    }
    const unbound = [...this.#folder.entries].filter(([name]) => !bound.has(name));
    for (const [name, entry] of unbound.sort(byName)) await this.#identify(name, entry);
    for (const name of truncated) await this.#recheckSize(name);
    for (const name of this.unidentified.keys()) {
      if (!this.#folder.entries.has(name)) this.unidentified.delete(name);
    }
    for (const name of this.unreadable.keys()) {
      if (!this.#folder.entries.has(name)) this.unreadable.delete(name);
    }
    for (const file of this.tracked) {
      if (file.isPresent || file.handle === undefined) continue;
      // Where a look fails, the next read tells why.
      const stat = await file.handle.stat().catch(() => undefined);
      if (stat !== undefined) file.sizeBytes = stat.sizeBytes;
    }
  }

  /** Every file that stands in the folder or is still being read. */
  files(): TailedFile[] {
    const known = this.tracked
      .filter((file) => file.isPresent || file.handle !== undefined)
      .map((file) => ({
        generationId: file.generation.id,
        name: file.seenAs,
        sizeBytes: file.sizeBytes,
        readOffset: file.readOffset,
        partialBytes: file.partialBytes,
      }));
    const unread = { generationId: "", readOffset: 0 };
    const unknown = [...this.unidentified].map(([name, { sizeBytes }]) => ({
      ...{ ...unread, name, sizeBytes },
      partialBytes: sizeBytes,
    }));
    const hidden = [...this.unreadable.keys()].map((name) => ({
      ...{ ...unread, name, sizeBytes: this.#folder.entries.get(name)?.sizeBytes ?? 0 },
      partialBytes: 0,
    }));
    return [...known, ...unknown, ...hidden];
  }

  /** Closes a file that was read to its end, if as many are open as may be. */
  async makeRoom(): Promise<void> {
    const open = this.tracked.filter((file) => file.handle !== undefined);
    if (open.length >= OPEN_FILES_MAX) await open.find((file) => !file.hasUnread)?.close();
  }

  /** Ends a generation whose bytes are no longer those that were read, and starts with the file anew. */
  async restart(file: TrackedFile, what: string): Promise<void> {
    this.#log.warn(
      { file: file.seenAs, offset: file.readOffset },
      `${what}: audit files are only ever appended to; reading it from its start as a new generation`,
    );
    const entry = file.isPresent ? this.#folder.entries.get(file.seenAs) : undefined;
    file.hasEnded = true;
    file.isPresent = false;
    await file.close();
    if (entry !== undefined) await this.#identify(file.seenAs, entry);
  }

  /** The sweep may be older than what was read since: only a fresh look tells a truncation from that. */
  async #recheckSize(name: string): Promise<void> {
    const file = this.tracked.find((one) => one.isPresent && one.seenAs === name);
    const now = await this.#files.stat(`${this.#folder.directory}/${name}`).catch(() => undefined);
    if (file === undefined || now === undefined || now.inode !== file.inode) return;
    file.sizeBytes = now.sizeBytes;
    if (now.sizeBytes < file.readOffset) await this.restart(file, "truncated");
    else if (now.sizeBytes < file.scannedTo) {
      file.scannedTo = file.readOffset;
      file.overlong = undefined;
    }
  }

  /** Finds out which generation stands under a name: one that is known, or a new one. */
  async #identify(name: string, entry: FileStat): Promise<void> {
    const before = this.unidentified.get(name);
    if (before !== undefined && isSameStat(before, entry)) return;
    this.unidentified.set(name, entry);
    if (entry.sizeBytes === 0) {
      this.unreadable.delete(name);
      return;
    }
    let handle: OpenFile | undefined;
    try {
      handle = await this.#files.open(`${this.#folder.directory}/${name}`);
      const stat = await handle.stat();
      const firstLine = stat.kind === "file" ? await readFirstLine(handle) : undefined;
      this.unreadable.delete(name);
      if (firstLine === undefined) return;
      const file =
        (await this.#recognise(name, stat, handle, firstLine)) ?? this.#begin(name, stat, firstLine);
      await file.close();
      if (this.tracked.filter((one) => one.handle !== undefined).length < OPEN_FILES_MAX) {
        file.handle = handle;
        handle = undefined;
      }
      file.seenAs = name;
      file.inode = stat.inode;
      file.isPresent = true;
      file.hasEnded = false;
      file.sizeBytes = stat.sizeBytes;
      file.modifiedMs = stat.modifiedMs;
      this.unidentified.delete(name);
    } catch (error) {
      this.unidentified.delete(name);
      this.#noteUnreadable(name, errorCode(error) ?? "unknown error");
    } finally {
      await handle?.close();
    }
  }

  #noteUnreadable(name: string, code: string): void {
    if (code === "ENOENT" || this.unreadable.get(name) === code) return;
    this.unreadable.set(name, code);
    this.#log.warn(
      { file: name, code },
      "this audit file cannot be read (it needs read permission); trying again for ever",
    );
  }

  /**
   * A known generation with this content: by inode under any name, else by name if it stands nowhere else. One that
   * the sweep saw under another name was renamed since then.
   */
  async #recognise(
    name: string,
    stat: FileStat,
    handle: OpenFile,
    firstLine: Buffer,
  ): Promise<TrackedFile | undefined> {
    const firstLineSha256 = hashFirstLine(firstLine);
    const candidates = this.tracked
      .filter((file) => !file.hasEnded && file.generation.firstLineSha256 === firstLineSha256)
      .filter((file) => file.inode === stat.inode || (!file.isPresent && file.seenAs === name))
      .sort(
        (a, b) =>
          Number(b.inode === stat.inode) - Number(a.inode === stat.inode) ||
          b.generation.number - a.generation.number,
      );
    for (const file of candidates) {
      const isSame =
        stat.sizeBytes >= file.readOffset &&
        (await readHistory(handle, file.readOffset, file.tailSha256)) !== undefined &&
        (file.inode === stat.inode || (await holdsUnread(handle, file)));
      if (isSame) return file;
    }
    return undefined;
  }

  #begin(name: string, stat: FileStat, firstLine: Buffer): TrackedFile {
    const first = identifyGeneration(this.#instance, name, firstLine, 0);
    const numbers = this.tracked
      .filter(
        (file) => file.generation.name === name && file.generation.firstLineSha256 === first.firstLineSha256,
      )
      .map((file) => file.generation.number);
    const number = Math.max(-1, ...numbers) + 1;
    const generation = number === 0 ? first : identifyGeneration(this.#instance, name, firstLine, number);
    const file = new TrackedFile({ ...beginningOf(generation), inode: stat.inode });
    this.tracked.push(file);
    return file;
  }
}

/** Names with a day: the oldest first. */
function byName([a]: [string, FileStat], [b]: [string, FileStat]): number {
  return a < b ? -1 : 1;
}
