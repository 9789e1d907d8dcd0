/**
 * fast-check as the tests use it: the same runs each time, so that only a change can make a test fail. With
 * `PROPERTY_FACTOR` (`npm run test:property:long`) there are so many times more, and others each time.
 */
import fc from "fast-check";

const FACTOR = Number(process.env["PROPERTY_FACTOR"] ?? 1);
const RUNS = 100;
const SEED = 1;

fc.configureGlobal({ numRuns: RUNS * FACTOR, ...(FACTOR === 1 && { seed: SEED }) });

/** How often a property is tried that needs more or fewer runs than others. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: count * FACTOR };
}

export { fc };
