/** A real audit folder that a tail reads, as a lane does: with checkpoints, and over restarts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Files, systemFiles } from "../../src/system/files.ts";
import { globToRegExp } from "../../src/system/glob.ts";
import type { Block, OverlongLine } from "../../src/tail/block.ts";
import type { Checkpoint } from "../../src/tail/checkpoint.ts";
import { Folder } from "../../src/tail/folder.ts";
import { documentId } from "../../src/tail/generation.ts";
import { hashTailAt } from "../../src/tail/line-buffer.ts";
import { Tail } from "../../src/tail/tail.ts";
import { RecordingLog } from "./recording-log.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface TailedLine {
  readonly id: string;
  /** The name under which the generation was first seen. */
  readonly file: string;
  readonly offset: number;
  readonly bytes: Buffer;
  readonly text: string;
}

/** The sweep and the tail's own look at the files happen once in this time at the latest. */
const LOOK_MS = 1001;

export class TailedFolder {
  readonly root = mkdtempSync(join(tmpdir(), "tail-"));
  readonly directory = join(this.root, "audit_logs");
  readonly clock = new VirtualClock(Date.now());
  readonly recorded = new RecordingLog();
  readonly overlong: OverlongLine[] = [];
  readonly #files: Files;
  #checkpoints = new Map<string, Checkpoint>();
  folder: Folder;
  tail: Tail;

  constructor(files: Files = systemFiles) {
    this.#files = files;
    this.folder = this.#makeFolder();
    this.tail = this.#makeTail([]);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Replaces the content of a file in place: the inode stays. */
  write(name: string, content: string | Buffer): void {
    writeFileSync(this.path(name), content);
  }

  append(name: string, content: string | Buffer): void {
    writeFileSync(this.path(name), content, { flag: "a" });
  }

  /** Sweeps the folder, then reads all there is. */
  async read(): Promise<TailedLine[]> {
    await this.look();
    const lines: TailedLine[] = [];
    for (;;) {
      const some = await this.readBlock();
      if (some === undefined) return lines;
      lines.push(...some);
    }
  }

  /** The texts of what `read` gives. */
  async texts(): Promise<string[]> {
    return (await this.read()).map(({ text }) => text);
  }

  /** Lets the sweep happen, without reading. */
  async look(): Promise<void> {
    await this.clock.advance(LOOK_MS);
    await this.folder.sweep();
  }

  /** Reads one block; undefined if there is none now. */
  async readBlock(): Promise<TailedLine[] | undefined> {
    const found = await this.tail.next();
    if (found === undefined) return undefined;
    this.#note(found);
    if (found.kind === "lines") return linesOf(found);
    this.overlong.push(found);
    return [];
  }

  /** The checkpoints a lane would save if all that was read were settled. */
  checkpoints(): Checkpoint[] {
    return [...this.#checkpoints.values()].map((checkpoint) => this.tail.refreshed(checkpoint));
  }

  /** A new process: it knows the checkpoints only, or without `state` nothing. */
  async restart({ state = true, files = this.#files } = {}): Promise<void> {
    const checkpoints = state ? this.checkpoints() : [];
    await this.tail.close();
    this.#checkpoints = new Map(checkpoints.map((checkpoint) => [checkpoint.generation.id, checkpoint]));
    this.folder = this.#makeFolder(files);
    this.tail = this.#makeTail(checkpoints, files);
  }

  async remove(): Promise<void> {
    await this.tail.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  #makeFolder(files = this.#files): Folder {
    const pattern = globToRegExp("*.jsonl");
    const options = { directory: this.directory, includes: (name: string) => pattern.test(name) };
    return new Folder(options, files, this.clock, this.recorded.log);
  }

  #makeTail(checkpoints: readonly Checkpoint[], files = this.#files): Tail {
    const ports = { folder: this.folder, files, clock: this.clock, log: this.recorded.log };
    return new Tail("", checkpoints, ports);
  }

  #note(found: Block | OverlongLine): void {
    const { generation } = found;
    const before = this.#checkpoints.get(generation.id);
    this.#checkpoints.set(generation.id, {
      generation,
      offset: found.kind === "lines" ? found.offset + found.end - found.start : found.endOffset,
      tailSha256:
        found.kind === "lines"
          ? hashTailAt(found.bytes, found.end, found.offset + found.end - found.start)
          : found.tailSha256,
      lastTimestamp: undefined,
      seenAs: before?.seenAs ?? generation.name,
      inode: before?.inode ?? "",
    });
  }
}

function linesOf(block: Block): TailedLine[] {
  const lines: TailedLine[] = [];
  for (let start = block.start; start < block.end; ) {
    const newline = block.bytes.indexOf(0x0a, start);
    const offset = block.offset + start - block.start;
    const bytes = Buffer.from(block.bytes.subarray(start, newline));
    const id = documentId(block.generation, offset);
    lines.push({ id, file: block.generation.name, offset, bytes, text: bytes.toString() });
    start = newline + 1;
  }
  return lines;
}
