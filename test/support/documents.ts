/** Lines of an audit file → documents, payloads and batches, as a lane makes them, without a lane. */
import assert from "node:assert/strict";
import type { Batch, PayloadBuilder } from "../../src/batch/batch.ts";
import { chooseModels } from "../../src/cost/models.ts";
import { createPricing } from "../../src/cost/pricing.ts";
import type { Document } from "../../src/document/document.ts";
import { DocumentReader, type DocumentRules } from "../../src/document/read.ts";
import { Redaction } from "../../src/record/redaction.ts";
import { type Generation, identifyGeneration } from "../../src/tail/generation.ts";
import { blockOf } from "./block.ts";

const PRICING = createPricing({
  models: chooseModels({}, {}),
  region: "us-east-1",
  overrides: [],
  aliases: {},
  multiplier: "1",
});
const REDACTION = new Redaction({ rules: {}, key: undefined });

/** The generation of a file with these lines. */
export function generationOf(name: string, lines: readonly string[]): Generation {
  return identifyGeneration("", name, Buffer.from(lines[0] ?? ""), 0);
}

/**
 * Calls `use` with the document of each line; as in a lane, there is one that is overwritten.
 *
 * @param rules beside default prices and no redaction
 */
export function forEachDocument(
  name: string,
  lines: readonly string[],
  use: (document: Document) => void,
  rules: Partial<DocumentRules> = {},
): void {
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const reader = new DocumentReader(blockOf(generationOf(name, lines), bytes), undefined, {
    redaction: REDACTION,
    pricing: PRICING,
    ...rules,
  });
  while (reader.hasLine) {
    assert.equal(reader.read(), "document");
    use(reader.document);
    reader.advance(true);
  }
}

/**
 * One batch with the documents of all lines; they must fit into one payload.
 *
 * @param rules beside default prices and no redaction
 */
export function batchOf(
  builder: PayloadBuilder,
  name: string,
  lines: readonly string[],
  rules: Partial<DocumentRules> = {},
): Batch {
  forEachDocument(name, lines, (document) => assert(builder.add(document)), rules);
  const generation = generationOf(name, lines);
  const offset = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const end = { generation, offset, tailSha256: "", lastTimestamp: undefined, seenAs: name, inode: "" };
  return {
    generation,
    startOffset: 0,
    end,
    lines: lines.length,
    skipped: 0,
    broken: [],
    payload: builder.take(),
  };
}

/** A request line as the service writes it, with other or more members. */
export function requestLine(members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    ts: "2026-04-03T15:24:51.973471+00:00",
    method: "POST",
    path: "/memory/add",
    status: 200,
    elapsed_ms: 36294,
    ip: "127.0.0.1",
    agent_id: "dev",
    user_id: "boss",
    ...members,
  });
}
