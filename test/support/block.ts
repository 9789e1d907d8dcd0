/** Bytes of an audit file as the tail hands them out. */
import type { Block } from "../../src/tail/block.ts";
import type { Generation } from "../../src/tail/generation.ts";

/** The block of these whole lines, which stand at `offset` of their file. */
export function blockOf(generation: Generation, bytes: Buffer, offset = 0): Block {
  return { kind: "lines", generation, bytes, start: 0, end: bytes.length, offset, historyBytes: 0 };
}
