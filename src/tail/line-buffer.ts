/**
 * Bytes of one file as they were read, cut into whole lines.
 *
 * Pure: it knows no file. Before the first line it keeps the 4096 bytes that precede it, so that the hash
 * which proves a checkpoint can be made of any place without reading again.
 */
import assert from "node:assert/strict";
import { hashTail, TAIL_HASH_BYTES } from "./checkpoint.ts";

const NEWLINE = 0x0a;

/** How much is read at once, in bytes. Each read costs a hop to another thread, so they are not small. */
export const CHUNK_BYTES = 256 * 1024;

/**
 * How much is handed out at once, in bytes; a longer line alone may exceed it. Small, so that its text dies young:
 * V8 copies what survives a collection, keeps what survives two, and gives texts of 128 KiB a space of their own.
 */
const BLOCK_BYTES = 32 * 1024;

export interface Lines {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly historyBytes: number;
}

export class LineBuffer {
  readonly #pendingBytesMax: number;
  #bytes = Buffer.allocUnsafeSlow(TAIL_HASH_BYTES + CHUNK_BYTES);
  /** The first byte that was not handed out yet stands at `#start`; its place in the file is `#offset`. */
  #start = 0;
  #end = 0;
  #offset = 0;
  /** Up to here there is no newline. */
  #searched = 0;

  /** @param pendingBytesMax how much of an unfinished line is held before `isOverfull` */
  constructor(pendingBytesMax: number) {
    this.#pendingBytesMax = pendingBytesMax;
  }

  /** Begins at `offset` of a file; `history` are the last min(offset, 4096) bytes before it. */
  reset(offset: number, history: Uint8Array): void {
    assert(history.length === Math.min(offset, TAIL_HASH_BYTES));
    if (this.#bytes.length > TAIL_HASH_BYTES + CHUNK_BYTES)
      this.#bytes = Buffer.allocUnsafeSlow(TAIL_HASH_BYTES + CHUNK_BYTES);
    this.#bytes.set(history, 0);
    this.#start = history.length;
    this.#end = this.#start;
    this.#searched = this.#start;
    this.#offset = offset;
  }

  /** Where the next bytes of the file belong, and from which place in the file they come. */
  get readPosition(): number {
    return this.#offset + (this.#end - this.#start);
  }

  /** Where the first line that was not handed out starts. */
  get lineOffset(): number {
    return this.#offset;
  }

  /** The bytes of the unfinished last line. */
  get pending(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** True if the unfinished line is longer than may be held. */
  get isOverfull(): boolean {
    return this.#end - this.#start > this.#pendingBytesMax;
  }

  /** Makes room for a chunk (lines handed out before are overwritten) and says where it goes. */
  space(): { readonly target: Buffer; readonly start: number; readonly length: number } {
    const historyStart = this.#start - Math.min(this.#offset, TAIL_HASH_BYTES);
    const kept = this.#bytes.subarray(historyStart, this.#end);
    if (kept.length + CHUNK_BYTES > this.#bytes.length) {
      const larger = Math.min(
        2 * this.#bytes.length,
        TAIL_HASH_BYTES + this.#pendingBytesMax + 1 + CHUNK_BYTES,
      );
      const grown = Buffer.allocUnsafeSlow(Math.max(larger, kept.length + CHUNK_BYTES));
      grown.set(kept, 0);
      this.#bytes = grown;
    } else {
      this.#bytes.copyWithin(0, historyStart, this.#end);
    }
    this.#start -= historyStart;
    this.#end -= historyStart;
    this.#searched -= historyStart;
    return { target: this.#bytes, start: this.#end, length: CHUNK_BYTES };
  }

  /** Tells how many bytes were read into the space. */
  filled(length: number): void {
    this.#end += length;
    assert(this.#end <= this.#bytes.length);
  }

  /** The next whole lines, which then count as handed out; undefined if there is none. */
  takeLines(): Lines | undefined {
    const end = this.#endOfLines();
    if (end === undefined) {
      this.#searched = this.#end;
      return undefined;
    }
    const lines = {
      bytes: this.#bytes,
      start: this.#start,
      end,
      offset: this.#offset,
      historyBytes: Math.min(this.#offset, TAIL_HASH_BYTES),
    };
    this.#offset += end - this.#start;
    this.#start = end;
    this.#searched = Math.max(this.#searched, end);
    return lines;
  }

  /** Just after the last newline within a block, else after the first one there is. */
  #endOfLines(): number | undefined {
    const blockEnd = Math.min(this.#end, this.#start + BLOCK_BYTES);
    const inBlock = this.#bytes.subarray(this.#start, blockEnd).lastIndexOf(NEWLINE);
    if (inBlock >= 0) return this.#start + inBlock + 1;
    const from = Math.max(this.#searched, blockEnd);
    const later = this.#bytes.subarray(from, this.#end).indexOf(NEWLINE);
    return later < 0 ? undefined : from + later + 1;
  }

  /** The hash of the bytes before `lineOffset`. */
  tailSha256(): string {
    return hashTailAt(this.#bytes, this.#start, this.#offset);
  }
}

/** The hash a checkpoint at `offset` has, where that place is `bytes[index]` and enough bytes stand before it. */
export function hashTailAt(bytes: Buffer, index: number, offset: number): string {
  return hashTail(bytes.subarray(index - Math.min(offset, TAIL_HASH_BYTES), index));
}
