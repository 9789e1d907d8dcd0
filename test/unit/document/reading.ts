/** Lines of a file → documents and broken lines, as plain values that a test can compare. */

import type { BrokenLine } from "../../../src/document/broken-line.ts";
import { DocumentReader, type DocumentRules } from "../../../src/document/read.ts";
import { type DocumentOptions, DocumentWriter } from "../../../src/document/write.ts";
import type { RecordKind } from "../../../src/record/record.ts";
import { type Generation, identifyGeneration } from "../../../src/tail/generation.ts";
import { blockOf } from "../../support/block.ts";
import { documentRules } from "../../support/document-rules.ts";

export interface ReadDocument {
  readonly kind: RecordKind;
  readonly offset: number;
  readonly timestamp: string;
  readonly timestampMs: number;
  readonly hasBadTimestamp: boolean;
  readonly isVerbatim: boolean;
  readonly canSplice: boolean;
  readonly json: string;
}

export interface ReadOptions {
  readonly name?: string;
  readonly rules?: DocumentRules;
  readonly lastTimestamp?: string;
  readonly writer?: Partial<DocumentOptions>;
}

export function generationOf(name: string, bytes: Buffer): Generation {
  return identifyGeneration("", name, bytes.subarray(0, bytes.indexOf(0x0a)), 0);
}

/** What each line of `content`, which ends with a newline, becomes. */
export function readLines(
  content: string | Buffer,
  options: ReadOptions = {},
): ("blank" | BrokenLine | ReadDocument)[] {
  const { name = "audit-2026-04-03.jsonl", rules = documentRules(), lastTimestamp } = options;
  const bytes = Buffer.from(content);
  const block = blockOf(generationOf(name, bytes), bytes);
  const reader = new DocumentReader(block, lastTimestamp, rules);
  const writer = new DocumentWriter({ labels: {}, withEventId: false, ...options.writer });
  const read: ("blank" | BrokenLine | ReadDocument)[] = [];
  while (reader.hasLine) {
    const result = reader.read();
    if (result === "document") {
      const { kind, offset, timestamp, timestampMs, hasBadTimestamp, isVerbatim, canSplice } =
        reader.document;
      const json = Buffer.from(writer.json(reader.document), "latin1").toString("utf8");
      read.push({ kind, offset, timestamp, timestampMs, hasBadTimestamp, isVerbatim, canSplice, json });
    } else {
      read.push(result);
    }
    reader.advance(result === "document");
  }
  return read;
}

/** The one document that one line becomes. */
export function readOne(line: string | Buffer, options: ReadOptions = {}): ReadDocument {
  const [read, ...more] = readLines(Buffer.concat([Buffer.from(line), Buffer.of(0x0a)]), options);
  if (read === undefined || read === "blank" || !("json" in read) || more.length > 0)
    throw new Error(`expected one document, found ${JSON.stringify(read)}`);
  return read;
}
