/**
 * Goal: chance can be replayed.
 * Method: draws with equal and unequal seeds are compared, and their spread over [0, 1) is counted.
 */
import { describe, expect, it } from "vitest";
import { type Random, seededRandom, systemRandom } from "../../../src/system/random.ts";

function draws(random: Random, count = 20_000): number[] {
  return Array.from({ length: count }, () => random.next());
}

describe("seeded chance", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(draws(seededRandom(42))).toEqual(draws(seededRandom(42)));
    expect(draws(seededRandom(43), 5)).not.toEqual(draws(seededRandom(42), 5));
    expect(seededRandom(1).next()).toBe(0.6270739405881613);
  });

  it("fills [0, 1) evenly", () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of draws(seededRandom(7))) {
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(tenths).toHaveLength(10);
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe("the system's chance", () => {
  it("is in [0, 1)", () => {
    for (const value of draws(systemRandom, 100)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }
  });
});
