/** Draws from the distributions that the traffic is made of. */
import assert from "node:assert/strict";
import type { Random } from "../../system/random.ts";

/** An integer in [min, max]. */
export function integerBetween(random: Random, min: number, max: number): number {
  return min + Math.floor(random.next() * (max - min + 1));
}

export function happens(random: Random, probability: number): boolean {
  return random.next() < probability;
}

/** One entry, each as likely as its weight. `entries` must not be empty. */
export function pick<Entry extends { readonly weight: number }>(
  random: Random,
  entries: readonly Entry[],
): Entry {
  const sum = entries.reduce((total, entry) => total + entry.weight, 0);
  let rest = random.next() * sum;
  const picked = entries.find((entry) => {
    rest -= entry.weight;
    return rest < 0;
  });
  const chosen = picked ?? entries.at(-1);
  assert(chosen !== undefined, "there must be something to pick from");
  return chosen;
}

/** One entry, each as likely. `entries` must not be empty. */
export function pickEvenly<Entry>(random: Random, entries: readonly Entry[]): Entry {
  const chosen = entries[integerBetween(random, 0, entries.length - 1)];
  assert(chosen !== undefined, "there must be something to pick from");
  return chosen;
}

/** The time until the next of events that are independent of each other: exponential. */
export function timeToNext(random: Random, mean: number): number {
  return -Math.log(1 - random.next()) * mean;
}

/** Durations and sizes have a long tail: log-normal, half of the draws are below `median`. Never below 1. */
export function longTailed(random: Random, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Math.max(1, Math.round(median * Math.exp(spread * normal)));
}

/** A version 4 UUID, the form of the service's memory ids. */
export function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => integerBetween(random, 0, 15).toString(16)).join("");
  const variant = "89ab".charAt(integerBetween(random, 0, 3));
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ].join("-");
}
