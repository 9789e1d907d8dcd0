/** Decisions of a simulated run: all from one seeded source, so that the seed alone replays it. */
import assert from "node:assert/strict";
import { type Random, seededRandom } from "../../../src/system/random.ts";

export class Chance {
  readonly random: Random;

  constructor(seed: number) {
    // Neighbouring seeds shall not give similar runs.
    this.random = seededRandom(Math.imul(seed + 1, 0x9e3779b1));
  }

  /** True in `share` of the cases. */
  happens(share: number): boolean {
    return this.random.next() < share;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.random.next() * (max - min + 1));
  }

  /** One of them. */
  of<Value>(values: readonly Value[]): Value {
    const value = values[this.between(0, values.length - 1)];
    assert(value !== undefined, "a choice among nothing");
    return value;
  }

  /** One of the keys, each as often as its weight says. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return this.of(entries)[0];
  }
}
