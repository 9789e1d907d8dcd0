/**
 * Goal: waits grow exponentially up to a cap, are jittered over the whole range, and obey the destination.
 * Method: a table.
 */
import { describe, expect, test } from "vitest";
import { backoffMs } from "../../../src/lane/backoff.ts";

const OPTIONS = { initialMs: 500, maxMs: 30_000 };

describe("the wait", () => {
  test.each([
    [1, 1, 500],
    [2, 1, 1000],
    [3, 1, 2000],
    [6, 1, 16_000],
    [7, 1, 30_000],
    [1000, 1, 30_000],
    [1, 0, 0],
    [1, 0.5, 250],
    [7, 0.1, 3000],
  ])("after %d failures with chance %d is %d ms", (failures, chance, expected) => {
    expect(backoffMs(OPTIONS, failures, chance)).toBe(expected);
  });

  test("is never shorter than the destination wishes, also beyond the cap", () => {
    expect(backoffMs(OPTIONS, 1, 0, 7000)).toBe(7000);
    expect(backoffMs(OPTIONS, 1, 0, 90_000)).toBe(90_000);
    expect(backoffMs(OPTIONS, 7, 1, 7000)).toBe(30_000);
  });
});
