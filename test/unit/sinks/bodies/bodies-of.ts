/** Bodies of lines as a lane of this kind would collect them. */
import type { Batch } from "../../../../src/batch/batch.ts";
import { DocumentReader } from "../../../../src/document/read.ts";
import { BodyPayload, type BodyPayloadBuilder } from "../../../../src/sinks/bodies/payload.ts";
import { beginningOf } from "../../../../src/tail/checkpoint.ts";
import { blockOf } from "../../../support/block.ts";
import { documentRules } from "../../../support/document-rules.ts";
import { generationOf } from "../../../support/documents.ts";

export const FILE = "audit-2026-04-03.jsonl";

const RULES = { ...documentRules(), bodies: { place: "", key: undefined } };

/** One batch with the bodies of these lines, which all must be retrieval details. */
export function bodiesBatch(
  builder: BodyPayloadBuilder,
  lines: readonly string[],
): Omit<Batch, "payload"> & { readonly payload: BodyPayload } {
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const generation = generationOf(FILE, lines);
  const reader = new DocumentReader(blockOf(generation, bytes), undefined, RULES);
  for (; reader.hasLine; reader.advance(true))
    if (reader.read() !== "document" || !builder.add(reader.document)) throw new Error("it does not fit");
  const payload = builder.take();
  if (!(payload instanceof BodyPayload)) throw new Error("no bodies");
  const end = { ...beginningOf(generation), offset: bytes.length };
  return { generation, startOffset: 0, end, lines: lines.length, skipped: 0, broken: [], payload };
}
