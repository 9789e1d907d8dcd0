/**
 * Goal: whatever a destination reports, in whatever order, each line gets exactly one fate, and the books balance
 * at every moment.
 * Method: a random list of answers, then a destination that is well; batches of documents, broken and blank lines.
 */

import { expect, it } from "vitest";
import type { Batch } from "../../src/batch/batch.ts";
import type { DeliveryReport, Verdict } from "../../src/sinks/sink.ts";
import { fc, runs } from "../support/properties.ts";
import {
  BLOCKED,
  DOCUMENT_ERROR,
  LinesPayload,
  OTHER_ERROR,
  refused,
  TOO_LARGE,
  UNAVAILABLE,
} from "../support/scripted-sink.ts";
import { batchOf, Settling } from "../unit/lane/settling.ts";

/** Lines with these words are refused for ever, alone and as a part of a request. */
const POISON = "poison";

const verdict = fc.constantFrom<Verdict>(
  { verdict: "stored" },
  { verdict: "duplicate" },
  { verdict: "deferred", reason: "throttled" },
  { verdict: "refused", error: OTHER_ERROR },
);
const answer = fc.oneof(
  fc.constantFrom<DeliveryReport>(UNAVAILABLE, BLOCKED, TOO_LARGE, refused(OTHER_ERROR)),
  fc.constant<DeliveryReport>({
    outcome: "unavailable",
    reason: "http_503",
    message: "503",
    retryAfterMs: 3000,
  }),
  fc.array(verdict, { minLength: 1, maxLength: 5 }),
);
const batch = fc.record({
  documents: fc.integer({ min: 0, max: 12 }),
  poison: fc.array(fc.nat(11), { maxLength: 2 }),
  broken: fc.nat(2),
  skipped: fc.nat(2),
});

/** A batch whose lines stand at `place` of the file and after it. */
function batchAt(place: number, texts: readonly string[], broken: readonly string[], skipped: number): Batch {
  const { payload, ...batch } = batchOf(texts, { broken, skipped });
  const moved = <Line extends { readonly offset: number }>(line: Line) => ({
    ...line,
    offset: line.offset + place,
  });
  return {
    ...batch,
    broken: batch.broken.map(moved),
    payload: payload instanceof LinesPayload ? new LinesPayload(payload.lines.map(moved)) : undefined,
  };
}

/** What the destination says to these lines, once it is well. */
function judge(lines: readonly string[], isWholeRefused: boolean): DeliveryReport {
  if (!lines.some((line) => line.includes(POISON))) return { outcome: "stored" };
  if (isWholeRefused) return refused(DOCUMENT_ERROR);
  return {
    outcome: "judged",
    verdicts: lines.map((line) =>
      line.includes(POISON) ? { verdict: "refused", error: DOCUMENT_ERROR } : { verdict: "stored" },
    ),
  };
}

it("each line gets exactly one fate", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { maxLength: 25 }),
      fc.array(batch, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (answers, batches, isWholeRefused) => {
        const lane = new Settling();
        const stored = new Map<string, number>();
        // Halved down to a lone refused line, a batch waits until another one passes; here there is none.
        const waiting = answers.filter((one) => !(isWholeRefused && one === TOO_LARGE));
        lane.sink.answer = (lines) => {
          const { linesRead, inFlightLines, fates } = lane.counters;
          expect(linesRead).toBe(inFlightLines + Object.values(fates).reduce((sum, one) => sum + one, 0));
          expect(inFlightLines).toBeGreaterThanOrEqual(lines.length);
          const scripted = waiting.shift();
          const report =
            scripted === undefined
              ? judge(lines, isWholeRefused)
              : Array.isArray(scripted)
                ? verdictsFor(lines, scripted)
                : scripted;
          for (const [index, line] of lines.entries()) {
            const isStored =
              report.outcome === "stored" ||
              (report.outcome === "judged" && /stored|duplicate/.test(report.verdicts[index]?.verdict ?? ""));
            if (isStored) stored.set(line, (stored.get(line) ?? 0) + 1);
          }
          return report;
        };
        // Something that passes, so that single lines can be found guilty.
        await lane.settle(batchOf(["well"]));
        const written: string[] = ["well"];
        for (const [number, { documents, poison, broken, skipped }] of batches.entries()) {
          const texts = Array.from({ length: documents }, (_, index) => {
            // A lone poisoned line would wait for others to pass, for ever.
            const isPoison = poison.includes(index) && documents > 3;
            return `${number}-${index}${isPoison ? POISON : ""}`;
          });
          const brokenTexts = Array.from({ length: broken }, (_, index) => `broken ${number} ${index}`);
          const place = (number + 1) * 100_000;
          expect(await lane.settle(batchAt(place, texts, brokenTexts, skipped))).toBe(true);
          written.push(...texts, ...brokenTexts);
        }

        expect(lane.counters.inFlightLines).toBe(0);
        for (const text of written) {
          const letters = lane.letters.filter((letter) => letter === text).length;
          expect([text, (stored.get(text) ?? 0) + letters]).toEqual([text, 1]);
        }
        const { deadLetter, skipped } = lane.counters.fates;
        expect(deadLetter).toBe(lane.letters.length);
        expect(skipped).toBe(batches.reduce((sum, one) => sum + one.skipped, 0));
      },
    ),
    runs(300),
  );
});

/** The verdicts in turn; a poisoned line is never stored. */
function verdictsFor(lines: readonly string[], verdicts: readonly Verdict[]): DeliveryReport {
  return {
    outcome: "judged",
    verdicts: lines.map((line, index) => {
      const chosen = verdicts[index % verdicts.length] ?? { verdict: "stored" };
      return line.includes(POISON) ? { verdict: "refused", error: OTHER_ERROR } : chosen;
    }),
  };
}
