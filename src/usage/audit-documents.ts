/** The documents of the audit files themselves, read without a lane, a checkpoint or a store. */
import { join } from "node:path";
import type { Document } from "../document/document.ts";
import { DocumentReader, type DocumentRules } from "../document/read.ts";
import { type Files, namesIn, type OpenFile } from "../system/files.ts";
import { dayInName } from "../tail/generation.ts";
import { readWholeLines } from "../tail/whole-lines.ts";

export interface AuditFolder {
  readonly directory: string;
  /** Whether a file of this name is an audit file. */
  readonly includes: (name: string) => boolean;
}

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
  for (const name of (await namesIn(folder.directory, files)).filter(folder.includes).sort()) {
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

async function* documentsIn(file: OpenFile, name: string, rules: DocumentRules): AsyncIterable<Document> {
  // Only the fall-back for missing times hangs on the generation here, and that on its day.
  const generation = { id: "", name, day: dayInName(name), firstLineSha256: "", number: 0 };
  let lastTimestamp: string | undefined;
  for await (const lines of readWholeLines(file)) {
    if (typeof lines === "number") continue;
    const reader = new DocumentReader({ kind: "lines", generation, ...lines }, lastTimestamp, rules);
    while (reader.hasLine) {
      const isDocument = reader.read() === "document";
      if (isDocument) yield reader.document;
      reader.advance(isDocument);
    }
    lastTimestamp = reader.lastTimestamp;
  }
}
