/** What the tail hands out: whole lines of one file, or one line that is too long to be held. */
import type { Generation } from "./generation.ts";

/** The longest line that is read as one, in bytes without its newline. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024;

/** How much of a line that is too long or broken is kept, in bytes. */
export const KEPT_HEAD_BYTES = 64 * 1024;

/** Whole lines, one after the other, as they stand in the file. Valid until the tail is asked for more. */
export interface Block {
  readonly kind: "lines";
  readonly generation: Generation;
  /** Holds the lines in `[start, end)`; the byte before `end` is a newline. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Where `bytes[start]` stands in the file. */
  readonly offset: number;
  /** How many bytes before `start` are those before `offset` in the file: min(offset, 4096). */
  readonly historyBytes: number;
}

/** A line of more than 8 MiB: only its head was kept. */
export interface OverlongLine {
  readonly kind: "overlong";
  readonly generation: Generation;
  readonly offset: number;
  /** Just after its newline. */
  readonly endOffset: number;
  readonly head: Buffer;
  readonly sha256: string;
  readonly lengthBytes: number;
  /** SHA-256 of the 4096 bytes before `endOffset`. */
  readonly tailSha256: string;
}
