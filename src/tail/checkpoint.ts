/** A place in a file from which the tail can start again, with all that is needed to recognise the file. */
import { hash } from "node:crypto";
import type { Generation } from "./generation.ts";

/** How many bytes before an offset prove that the file is still the one that was read. */
export const TAIL_HASH_BYTES = 4096;

export interface Checkpoint {
  readonly generation: Generation;
  /** Just after a newline. Every line before it has its final fate. */
  readonly offset: number;
  /** SHA-256 (hex) of the last min(offset, 4096) bytes before `offset`. */
  readonly tailSha256: string;
  /** The last valid `ts` before `offset`: the fall-back for lines that have none. */
  readonly lastTimestamp: string | undefined;
  /** The file's present name: another than the generation's after a rename. */
  readonly seenAs: string;
  /** Device and inode when last seen; a hint only. */
  readonly inode: string;
}

/** The hash that a checkpoint keeps of the bytes before its offset. */
export function hashTail(bytesBeforeOffset: Uint8Array): string {
  return hash("sha256", bytesBeforeOffset, "hex");
}

/** The checkpoint of a generation of which no line has its fate yet. */
export function beginningOf(generation: Generation): Checkpoint {
  const tailSha256 = hashTail(Buffer.alloc(0));
  return { generation, offset: 0, tailSha256, lastTimestamp: undefined, seenAs: generation.name, inode: "" };
}
