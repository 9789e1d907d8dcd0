/** One line by itself, read as a lane reads it within a block. */
import type { Generation } from "../tail/generation.ts";
import { DocumentReader, type DocumentRules } from "./read.ts";

const NEWLINE = Buffer.from("\n");

/** Where a line stands, and what was before it. */
export interface LinePlace {
  readonly generation: Generation;
  readonly offset: number;
  /** The last valid `ts` before it in the file. */
  readonly lastTimestamp: string | undefined;
}

/** A reader at the line `content`, which has no newline. */
export function readerOfLine(content: Buffer, place: LinePlace, rules: DocumentRules): DocumentReader {
  const { generation, offset, lastTimestamp } = place;
  const bytes = Buffer.concat([content, NEWLINE]);
  const block = {
    kind: "lines",
    generation,
    bytes,
    start: 0,
    end: bytes.length,
    offset,
    historyBytes: 0,
  } as const;
  return new DocumentReader(block, lastTimestamp, rules);
}
