/**
 * Goal: every line leaves in exactly one batch, in order, within the limits, and each batch ends where a later
 * start can go on.
 * Method: random lines of several files in random blocks, assembled for random limits.
 */

import { expect, it } from "vitest";
import type { Batch } from "../../src/batch/batch.ts";
import { DocumentWriter } from "../../src/document/write.ts";
import { Assembler } from "../../src/lane/assembler.ts";
import { BufferPool } from "../../src/sinks/bulk/buffer-pool.ts";
import { parseIndexName } from "../../src/sinks/bulk/index-name.ts";
import { BulkPayloadBuilder } from "../../src/sinks/bulk/request.ts";
import type { Block } from "../../src/tail/block.ts";
import { hashTail } from "../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../src/tail/generation.ts";
import { documentRules } from "../support/document-rules.ts";
import { fc } from "../support/properties.ts";

const RULES = documentRules();

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .dictionary(fc.constantFrom("a", "event", "ts", "é"), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
      .map((one) => JSON.stringify(one)),
  },
  { weight: 2, arbitrary: fc.constantFrom("", " ", "\r", "broken", "[1]", "\0") },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 100, max: 6000 }).map((length) => `{"long":"${"x".repeat(length)}"}`),
  },
);
/** Files in turn: which file goes on, and by which lines. */
const parts = fc.array(
  fc.record({ file: fc.nat(2), lines: fc.array(line, { minLength: 1, maxLength: 12 }) }),
  {
    minLength: 1,
    maxLength: 8,
  },
);
const limits = fc.record({
  recordsMax: fc.integer({ min: 1, max: 10 }),
  bytesMax: fc.integer({ min: 1, max: 5000 }),
});

interface SimpleFile {
  readonly generation: Block["generation"];
  bytes: Buffer;
}

function makeFiles(): SimpleFile[] {
  return [0, 1, 2].map((number) => ({
    generation: identifyGeneration("", `audit-2026-04-0${number + 1}.jsonl`, Buffer.from("x"), 0),
    bytes: Buffer.alloc(0),
  }));
}

/** The next block of a file, with the bytes that stand before it. */
function appendBlock(file: SimpleFile, lines: readonly string[]): Block {
  const offset = file.bytes.length;
  const historyBytes = Math.min(offset, 4096);
  const added = Buffer.from(lines.map((one) => `${one}\n`).join(""));
  file.bytes = Buffer.concat([file.bytes, added]);
  const bytes = Buffer.from(file.bytes.subarray(offset - historyBytes));
  const { generation } = file;
  return { kind: "lines", generation, bytes, start: historyBytes, end: bytes.length, offset, historyBytes };
}

/** Takes batches as a lane does: a full one at once, the rest at the end. */
function assemble(assembler: Assembler, blocks: Iterable<Block>): Batch[] {
  const batches: Batch[] = [];
  const take = () => batches.push(...[assembler.take()].filter((batch) => batch !== undefined));
  for (const block of blocks) {
    assembler.addBlock(block);
    assembler.fill();
    while (assembler.isFull || assembler.hasLines) {
      take();
      assembler.fill();
    }
  }
  take();
  expect(assembler.isEmpty).toBe(true);
  return batches;
}

it("every line leaves once, in order, within the limits, with a checkpoint that its file confirms", () => {
  fc.assert(
    fc.property(parts, limits, (turns, bounds) => {
      const writer = new DocumentWriter({ labels: {}, withEventId: false });
      const pool = new BufferPool(bounds.bytesMax, 1);
      const builder = new BulkPayloadBuilder(writer, parseIndexName("logs-{yyyy.MM.dd}"), bounds, pool);
      const files = makeFiles();
      const assembler = new Assembler(builder, () => RULES, []);
      const blocks = (function* () {
        for (const { file, lines } of turns) {
          const chosen = files[file];
          if (chosen !== undefined) yield appendBlock(chosen, lines);
        }
      })();
      const batches = assemble(assembler, blocks);

      for (const { generation, bytes } of files) {
        const own = batches.filter((batch) => batch.generation === generation);
        let offset = 0;
        const seen: number[] = [];
        for (const { startOffset, end, lines, skipped, broken, payload } of own) {
          expect(startOffset).toBe(offset);
          expect(end.offset).toBeGreaterThan(startOffset);
          offset = end.offset;
          expect(bytes[offset - 1]).toBe(0x0a);
          expect(end.tailSha256).toBe(hashTail(bytes.subarray(Math.max(0, offset - 4096), offset)));
          expect(lines).toBeGreaterThan(0);
          expect(lines).toBe(skipped + broken.length + (payload?.count ?? 0));
          expect(payload?.count ?? 1).toBeLessThanOrEqual(bounds.recordsMax);
          if (payload !== undefined && payload.count > 1)
            expect(payload.bytes).toBeLessThanOrEqual(bounds.bytesMax);
          const documents = Array.from(
            { length: payload?.count ?? 0 },
            (_, index) => payload?.offset(index) ?? -1,
          );
          expect(documents).toEqual(documents.toSorted((a, b) => a - b));
          seen.push(...documents, ...broken.map((one) => one.offset));
        }
        expect(offset).toBe(bytes.length);
        expect(new Set(seen).size).toBe(seen.length);
        expect(own.reduce((sum, { lines }) => sum + lines, 0)).toBe(
          bytes.filter((byte) => byte === 0x0a).length,
        );
      }
    }),
  );
});
