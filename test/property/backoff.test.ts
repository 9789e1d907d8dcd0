/**
 * Goal: waits stay within their bounds for any numbers, and the door lets one delivery at a time ask while the
 * sink is down, and all in once it is well.
 * Method: random options, failures and chances; random answers to several deliveries at a gate in virtual time.
 */

import { expect, it } from "vitest";
import { backoffMs } from "../../src/lane/backoff.ts";
import { Gate } from "../../src/lane/gate.ts";
import { fc } from "../support/properties.ts";
import { SimClock } from "../support/sim/sim-clock.ts";

const options = fc
  .record({ initialMs: fc.integer({ min: 1, max: 60_000 }), factor: fc.integer({ min: 1, max: 1000 }) })
  .map(({ initialMs, factor }) => ({ initialMs, maxMs: initialMs * factor }));
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it("a wait lies between nothing and the cap of its failure, and is never shorter than was asked for", () => {
  fc.assert(
    fc.property(
      options,
      fc.integer({ min: 1, max: 1e9 }),
      chance,
      fc.nat(1e6),
      (backoff, failures, luck, asked) => {
        const waitMs = backoffMs(backoff, failures, luck, asked);
        const cap = Math.min(backoff.maxMs, backoff.initialMs * 2 ** (Math.min(failures, 60) - 1));
        expect(waitMs).toBeGreaterThanOrEqual(asked);
        expect(waitMs).toBeLessThanOrEqual(Math.max(asked, cap));
        expect(Number.isInteger(waitMs)).toBe(true);
      },
    ),
  );
});

const ending = fc.constantFrom("stored", "failed", "some", "undecided");

it("while the sink is down one delivery asks at a time, and every delivery gets its turn", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(ending, { maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      chance,
      async (deliveries, luck) => {
        const clock = new SimClock(0);
        const gate = new Gate({ initialMs: 100, maxMs: 1000 }, clock, { next: () => luck });
        const { signal } = new AbortController();
        let askingWhileDown = 0;
        let ended = 0;
        const deliver = async (endings: readonly string[]) => {
          for (const one of [...endings, "stored"]) {
            const passage = await gate.pass(signal);
            const isProbe = !gate.isOpen;
            if (isProbe) askingWhileDown++;
            expect(askingWhileDown).toBeLessThanOrEqual(1);
            await clock.sleep(10);
            if (isProbe) askingWhileDown--;
            if (one === "stored") passage?.succeeded();
            else if (one === "undecided") passage?.undecided();
            else passage?.failed(0, one === "some");
          }
          ended++;
        };
        const all = deliveries.map(deliver);
        for (let steps = 0; ended < deliveries.length && steps < 1000; steps++) await clock.step();
        expect(ended).toBe(deliveries.length);
        await Promise.all(all);
      },
    ),
  );
});
