/**
 * Goal: the draws have the distributions that their names promise.
 * Method: many draws with a fixed seed, compared with expected bounds and shares.
 */
import { describe, expect, it } from "vitest";
import {
  happens,
  integerBetween,
  longTailed,
  pick,
  pickEvenly,
  timeToNext,
  uuid,
} from "../../../../src/cli/demo/chance.ts";
import { seededRandom } from "../../../../src/system/random.ts";

function draws<Value>(draw: (random: ReturnType<typeof seededRandom>) => Value): Value[] {
  const random = seededRandom(7);
  return Array.from({ length: 10_000 }, () => draw(random));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("chance", () => {
  it("draws each integer of a range, its ends included", () => {
    expect([...new Set(draws((random) => integerBetween(random, 3, 6)))].sort()).toEqual([3, 4, 5, 6]);
  });

  it("lets something happen as often as its probability says", () => {
    expect(draws((random) => happens(random, 0.25)).filter(Boolean).length / 10_000).toBeCloseTo(0.25, 1);
    expect(draws((random) => happens(random, 0))).not.toContain(true);
  });

  it("picks by weight, and never what weighs nothing", () => {
    const entries = [
      { weight: 0, name: "never" },
      { weight: 3, name: "often" },
      { weight: 1, name: "seldom" },
    ];
    const names = draws((random) => pick(random, entries).name);
    expect(names).not.toContain("never");
    expect(names.filter((name) => name === "often").length / names.length).toBeCloseTo(0.75, 1);
  });

  it("picks evenly without weights", () => {
    const picked = draws((random) => pickEvenly(random, ["a", "b"]));
    expect(picked.filter((value) => value === "a").length / picked.length).toBeCloseTo(0.5, 1);
    expect(() => pickEvenly(seededRandom(1), [])).toThrow("something to pick from");
  });

  it("waits for the next event as long as the mean, on average", () => {
    const times = draws((random) => timeToNext(random, 100));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(mean(times) - 100)).toBeLessThan(5);
  });

  it("draws half of the long-tailed sizes below the median, and none below 1", () => {
    const sizes = draws((random) => longTailed(random, 200, 0.6));
    expect(sizes.filter((size) => size < 200).length / sizes.length).toBeCloseTo(0.5, 1);
    expect(mean(sizes)).toBeGreaterThan(200);
    expect(Math.min(...draws((random) => longTailed(random, 1, 2)))).toBe(1);
  });

  it("makes ids that look like version 4 UUIDs and differ", () => {
    const ids = draws(uuid);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids.slice(0, 100)) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});
