/** The documents of the audit files themselves, read without a lane, a checkpoint or a store. */
import { join } from "node:path";
import type { Document } from "../document/document.ts";
import { DocumentReader, type DocumentRules } from "../document/read.ts";
import { errorCode, type Files, type OpenFile } from "../system/files.ts";
import { LINE_BYTES_MAX } from "../tail/block.ts";
import { dayInName } from "../tail/generation.ts";

export interface AuditFolder {
  readonly directory: string;
  /** Whether a file of this name is an audit file. */
  readonly includes: (name: string) => boolean;
}

const NEWLINE = 0x0a;
const BUFFER_BYTES_START = 1024 * 1024;

/**
 * Reads all complete lines of all audit files, oldest file first; each document is valid until the next is asked
 * for. Lines that are no documents, and those of more than 8 MiB, are passed over; so is a file that cannot be read.
 * Holds one buffer, whatever the files' size.
 */
export async function* readAuditDocuments(
  folder: AuditFolder,
  rules: DocumentRules,
  files: Pick<Files, "list" | "open">,
): AsyncIterable<Document> {
  for (const name of (await namesIn(folder, files)).sort()) {
    const file = await files.open(join(folder.directory, name)).catch(() => undefined);
    if (file === undefined) continue;
    try {
      if ((await file.stat()).kind !== "file") continue;
      yield* documentsIn(file, name, rules);
    } finally {
      await file.close();
    }
  }
}

async function namesIn(folder: AuditFolder, files: Pick<Files, "list">): Promise<string[]> {
  try {
    return (await files.list(folder.directory)).filter(folder.includes);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Whole lines, as many as are at hand; each block is valid until the next is asked for. */
async function* blocksOf(file: OpenFile): AsyncIterable<Buffer> {
  let buffer = Buffer.allocUnsafe(BUFFER_BYTES_START);
  let filled = 0;
  let isSkipping = false; // within a line that is too long
  for (let position = 0; ; ) {
    const count = await file.read(buffer, filled, buffer.length - filled, position);
    if (count === 0) return; // An unfinished last line is no line yet.
    position += count;
    filled += count;
    const end = buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
    if (end > 0) {
      const start = isSkipping ? buffer.indexOf(NEWLINE) + 1 : 0;
      isSkipping = false;
      if (start < end) yield buffer.subarray(start, end);
      buffer.copyWithin(0, end, filled);
      filled -= end;
    } else if (filled > LINE_BYTES_MAX) {
      isSkipping = true;
      filled = 0;
    } else if (filled === buffer.length) {
      const larger = Buffer.allocUnsafe(buffer.length * 2);
      buffer.copy(larger, 0, 0, filled);
      buffer = larger;
    }
  }
}

async function* documentsIn(file: OpenFile, name: string, rules: DocumentRules): AsyncIterable<Document> {
  // Only the fall-back for missing times hangs on the generation here, and that on its day.
  const generation = { id: "", name, day: dayInName(name), firstLineSha256: "", number: 0 };
  let lastTimestamp: string | undefined;
  for await (const bytes of blocksOf(file)) {
    const lines = { generation, bytes, start: 0, end: bytes.length, offset: 0, historyBytes: 0 };
    const reader = new DocumentReader({ kind: "lines", ...lines }, lastTimestamp, rules);
    while (reader.hasLine) {
      const isDocument = reader.read() === "document";
      if (isDocument) yield reader.document;
      reader.advance(isDocument);
    }
    lastTimestamp = reader.lastTimestamp;
  }
}
