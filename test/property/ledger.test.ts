/**
 * Goal: a checkpoint is the end of the settled prefix, whatever the order in which batches are settled.
 * Method: spans of two generations, opened and settled in random order; after each step the marks are compared
 * with those of a plain count.
 */

import { expect, it } from "vitest";
import { Ledger, type Span } from "../../src/checkpoint/ledger.ts";
import { identifyGeneration } from "../../src/tail/generation.ts";
import { fc } from "../support/properties.ts";

const GENERATIONS = ["one", "two"].map((name) =>
  identifyGeneration("", `${name}.jsonl`, Buffer.from(name), 0),
);

const steps = fc.array(
  fc.record({ generation: fc.nat(1), bytes: fc.integer({ min: 1, max: 50 }), order: fc.nat() }),
  { minLength: 1, maxLength: 40 },
);

it("the mark is the end of the settled prefix, and never goes back", () => {
  fc.assert(
    fc.property(steps, fc.nat(3), (wanted, inFlightMax) => {
      const ledger = new Ledger([]);
      const ends = [0, 0];
      const open: { span: Span; generation: number }[] = [];
      const unsettled = [new Set<number>(), new Set<number>()];
      for (const generation of GENERATIONS)
        ledger.begin({
          ...{ generation, offset: 0, tailSha256: "", lastTimestamp: undefined },
          ...{ seenAs: generation.name, inode: "" },
        });

      const settleOne = (order: number) => {
        const [chosen] = open.splice(order % open.length, 1);
        if (chosen === undefined) return;
        const { span, generation } = chosen;
        const { id } = span.end.generation;
        const before = ledger.settledOffset(id);
        unsettled[generation]?.delete(span.startOffset);
        const isMoved = ledger.settle(span);
        const mark = Math.min(ends[generation] ?? 0, ...(unsettled[generation] ?? []));
        expect(ledger.settledOffset(id)).toBe(mark);
        expect(isMoved).toBe(mark > before);
      };

      for (const { generation, bytes, order } of wanted) {
        const start = ends[generation] ?? 0;
        const [checkpoint] = ledger.checkpoints();
        const end = {
          ...checkpoint,
          generation: GENERATIONS[generation],
          offset: start + bytes,
        } as Span["end"];
        const span = { startOffset: start, end };
        ledger.open(span);
        ends[generation] = start + bytes;
        unsettled[generation]?.add(start);
        open.push({ span, generation });
        while (open.length > inFlightMax) settleOne(order);
      }
      while (open.length > 0) settleOne(wanted.length);
      expect(ledger.checkpoints().map(({ offset }) => offset)).toEqual(ends);
    }),
  );
});
