/** Dead letters for the tests of their replay. */
import type { DeadLetter } from "../../../src/lane/dead-letters.ts";
import { documentId, type Generation, identifyGeneration } from "../../../src/tail/generation.ts";

export const FILE = "audit-2026-04-03.jsonl";

/** The generation of a file that begins with this line. */
export function generationWith(firstLine: string, number = 0): Generation {
  return identifyGeneration("", FILE, Buffer.from(firstLine), number);
}

/** A letter of the line at `offset` that the sink `search` refused. */
export function refusedLetter(
  generation: Generation,
  offset: number,
  line: string | Buffer,
  changes: Partial<DeadLetter> = {},
): DeadLetter {
  const kept = Buffer.from(line);
  return {
    sink: "search",
    id: documentId(generation, offset),
    generationId: generation.id,
    file: generation.name,
    offset,
    lengthBytes: kept.length,
    type: "mapper_parsing_exception",
    reason: "failed to parse field [status] of type [long]",
    timeMs: Date.UTC(2026, 3, 3, 16),
    attempts: 1,
    line: kept,
    sha256: undefined,
    timestamp: "2026-04-03T15:24:51Z",
    ...changes,
  };
}
