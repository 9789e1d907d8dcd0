/** The lines of one audit file again, each as a lane saw it: a document, skipped by rule, or no record. */
import type { Document } from "../document/document.ts";
import { DocumentReader, type DocumentRules } from "../document/read.ts";
import type { OpenFile } from "../system/files.ts";
import { type Block, LINE_BYTES_MAX } from "../tail/block.ts";
import { TAIL_HASH_BYTES } from "../tail/checkpoint.ts";
import type { Generation } from "../tail/generation.ts";
import { LineBuffer } from "../tail/line-buffer.ts";
import { readFully } from "../tail/tracked-file.ts";

/** What became of a line by rule, before any destination saw it. */
export type LineKind = "document" | "skipped" | "broken";

export interface FileLine {
  readonly kind: LineKind;
  readonly offset: number;
  /** `@timestamp`, ISO 8601; of a line without one the last before it, or empty. */
  readonly timestamp: string;
  /** The same in Unix milliseconds; 0 if it is no document. */
  readonly timestampMs: number;
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/**
 * The whole lines of `generation` before `endOffset`, which stands just after a newline. Holds one block, whatever
 * the file's size. Ends early where the file has become shorter; rejects if it cannot be read.
 *
 * @param skips true for documents that the destination does not get
 */
export async function* readFileLines(
  file: OpenFile,
  generation: Generation,
  endOffset: number,
  rules: DocumentRules,
  skips: (document: Document) => boolean = () => false,
): AsyncIterable<FileLine> {
  let lastTimestamp: string | undefined;
  for await (const block of blocksOf(file, generation)) {
    if (typeof block === "number") {
      if (block >= endOffset) return;
      yield { kind: "broken", offset: block, timestamp: "", timestampMs: 0 };
      continue;
    }
    const reader = new DocumentReader(block, lastTimestamp, rules);
    while (reader.hasLine) {
      if (reader.offset >= endOffset) return;
      yield lineAt(reader, skips);
    }
    lastTimestamp = reader.lastTimestamp;
  }
}

/** The line at hand; goes on to the next. */
function lineAt(reader: DocumentReader, skips: (document: Document) => boolean): FileLine {
  const { offset } = reader;
  const result = reader.read();
  const isDocument = result === "document";
  const timestamp = isDocument ? reader.document.timestamp : "";
  const timestampMs = isDocument ? reader.document.timestampMs : 0;
  const isSkipped = result === "blank" || (isDocument && skips(reader.document));
  reader.advance(isDocument);
  const kind = isSkipped ? "skipped" : isDocument ? "document" : "broken";
  return { kind, offset, timestamp, timestampMs };
}

/** Whole lines, as many as are at hand; for a line that is too long to be held, where it starts. */
async function* blocksOf(file: OpenFile, generation: Generation): AsyncIterable<Block | number> {
  const buffer = new LineBuffer(LINE_BYTES_MAX);
  buffer.reset(0, Buffer.alloc(0));
  for (;;) {
    const lines = buffer.takeLines();
    if (lines !== undefined) {
      yield { kind: "lines", generation, ...lines };
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
