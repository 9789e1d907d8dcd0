/** The whole lines of a file from its beginning, read once, without a checkpoint. */
import type { OpenFile } from "../system/files.ts";
import { LINE_BYTES_MAX } from "./block.ts";
import { TAIL_HASH_BYTES } from "./checkpoint.ts";
import { LineBuffer, type Lines } from "./line-buffer.ts";
import { readFully } from "./tracked-file.ts";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/**
 * Whole lines, as many as are at hand, valid until the next are asked for; for a line that is too long to be held, where
 * it starts. Holds one buffer, whatever the file's size. Rejects if the file cannot be read.
 */
export async function* readWholeLines(file: OpenFile): AsyncIterable<Lines | number> {
  const buffer = new LineBuffer(LINE_BYTES_MAX);
  buffer.reset(0, Buffer.alloc(0));
  for (;;) {
    const lines = buffer.takeLines();
    if (lines !== undefined) {
      yield lines;
      continue;
    }
    if (buffer.isOverfull) {
      const offset = buffer.lineOffset;
      const next = await afterNewline(file, buffer.readPosition);
      if (next === undefined) return;
      yield offset;
      const history = Math.min(next, TAIL_HASH_BYTES);
      buffer.reset(next, await readFully(file, next - history, history));
      continue;
    }
    const { target, start, length } = buffer.space();
    const count = await file.read(target, start, length, buffer.readPosition);
    if (count === 0) return; // An unfinished last line is no line yet.
    buffer.filled(count);
  }
}

/** Just after the first newline from `position` on; undefined if there is none. */
async function afterNewline(file: OpenFile, position: number): Promise<number | undefined> {
  for (let at = position; ; ) {
    const chunk = await readFully(file, at, CHUNK_BYTES);
    const newline = chunk.indexOf(NEWLINE);
    if (newline >= 0) return at + newline + 1;
    if (chunk.length === 0) return undefined;
    at += chunk.length;
  }
}
