/** The lines of one audit file again, each as a lane saw it: a document, skipped by rule, or no record. */
import type { Document } from "../document/document.ts";
import { DocumentReader, type DocumentRules } from "../document/read.ts";
import type { OpenFile } from "../system/files.ts";
import type { Generation } from "../tail/generation.ts";
import { readWholeLines } from "../tail/whole-lines.ts";

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
  for await (const lines of readWholeLines(file)) {
    if (typeof lines === "number") {
      if (lines >= endOffset) return;
      yield { kind: "broken", offset: lines, timestamp: "", timestampMs: 0 };
      continue;
    }
    const reader = new DocumentReader({ kind: "lines", generation, ...lines }, lastTimestamp, rules);
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
