/** Runs many seeds and adds up what happened in them. */

import type { Sabotage } from "./life.ts";
import { type SimReport, simulate } from "./simulate.ts";

export type Totals = Record<string, number>;

/** Runs seeds until one fails; its report, or undefined if none does. */
export async function firstFailure(
  seeds: Iterable<number>,
  sabotage: () => Sabotage = () => ({}),
  totals: Totals = {},
): Promise<SimReport | undefined> {
  for (const seed of seeds) {
    const report = await simulate(seed, sabotage());
    for (const [what, count] of Object.entries(report.counts)) totals[what] = (totals[what] ?? 0) + count;
    if (report.failure !== undefined) return report;
  }
  return undefined;
}

/** The whole numbers from `start` on, `count` of them. */
export function seedsFrom(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}
