/**
 * Goal: an hour is a spike only if it stands out by every measure, against hours that resemble it.
 * Method: histories written down, and the value at each limit moved across it.
 */
import { describe, expect, test } from "vitest";
import { comparedHours, HOUR_MS, judgeHour, spikeLevel, spikeLimit } from "../../../src/alert/spike.ts";
import { NOON_MS } from "./finding.ts";

const OPTIONS = { z: 6, times_median: 3, times_maximum: 1.5, min_usd: "0.50", min_requests: 100 };
const DAY_MS = 24 * HOUR_MS;

describe("the hours compared with", () => {
  test("are the same one and its neighbours of fourteen days", () => {
    const hours = comparedHours(NOON_MS, 0);
    expect(hours).toHaveLength(42);
    expect(hours.slice(-3)).toEqual([-25, -24, -23].map((offset) => NOON_MS + offset * HOUR_MS));
    expect(hours[0]).toBe(NOON_MS - 14 * DAY_MS - HOUR_MS);
  });

  test("begin with the data", () => {
    expect(comparedHours(NOON_MS, NOON_MS - DAY_MS)).toEqual([NOON_MS - DAY_MS, NOON_MS - 23 * HOUR_MS]);
  });
});

describe("the limit", () => {
  test.each([
    ["three times the median", [100, 100, 100], 300, 150],
    ["the least distance", [1, 1, 2], 101, 3],
    ["the least distance, where nothing happened so far,", [0, 0, 0], 100, 0],
    ["six deviations", [100, 160, 40, 220, -20], 100 + 6 * 1.4826 * 60, 330],
  ])("is set by %s", (_, values, limit, aboveMaximum) => {
    const found = spikeLimit(values, OPTIONS, 100);
    expect(found.limit).toBeCloseTo(limit, 9);
    expect(found.aboveMaximum).toBeCloseTo(aboveMaximum, 9);
  });

  test("the median of an even number is the middle of both", () => {
    expect(spikeLimit([1, 3], OPTIONS, 0).median).toBe(2);
  });
});

describe("a value", () => {
  const limit = { median: 100, limit: 300, aboveMaximum: 250 };

  test.each([
    [300, "breached"],
    [299, "lingering"],
    [240, "lingering"],
    [239, "clear"],
  ])("%d against 300 is %s", (value, level) => {
    expect(spikeLevel(value, limit)).toBe(level);
  });

  test("has to be above one and a half of the maximum, too", () => {
    const earlierSpike = { ...limit, aboveMaximum: 1500 };
    expect([1500, 1501].map((value) => spikeLevel(value, earlierSpike))).toEqual(["lingering", "breached"]);
  });
});

test("requests and cost have their own least distance, unit and fingerprint", () => {
  const history = Array.from({ length: 42 }, () => ({ requests: 10, cost: 0.1 }));
  const requests = judgeHour("requests", 111, history, OPTIONS);
  const cost = judgeHour("cost", 0.61, history, OPTIONS);
  expect([requests.fingerprint, requests.level, requests.threshold]).toEqual([
    "spike:requests",
    "breached",
    110,
  ]);
  expect([cost.fingerprint, cost.level]).toEqual(["spike:cost", "breached"]);
  expect(cost.threshold).toBeCloseTo(0.6, 9);
  expect(cost.text).toMatch(
    /^\$0\.61 of cost within an hour; such hours have \$0\.10 \(median\), the limit is \$0\.60\./,
  );
  expect(judgeHour("cost", 0.59, history, OPTIONS).level).toBe("lingering");
});
