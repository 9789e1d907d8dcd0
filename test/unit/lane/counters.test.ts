/**
 * Goal: each line is in the books exactly once.
 * Method: counts by hand.
 */
import { expect, test } from "vitest";
import { LaneCounters } from "../../../src/lane/counters.ts";

test("lines that were read are in flight until they have a fate", () => {
  const counters = new LaneCounters();
  counters.read(10);
  counters.settled("stored", 4);
  counters.settled("duplicate", 1);
  counters.settled("deadLetter", 2);
  counters.settled("skipped", 1);
  expect(counters.linesRead).toBe(10);
  expect(counters.inFlightLines).toBe(2);
  expect(counters.fates).toEqual({ stored: 4, duplicate: 1, deadLetter: 2, skipped: 1 });
});

test("retries are counted by reason", () => {
  const counters = new LaneCounters();
  for (const reason of ["http_503", "network", "http_503"]) counters.retry(reason);
  expect(counters.retries).toEqual({ http_503: 2, network: 1 });
});

test("an observation falls into the first bucket whose bound it does not exceed, or into the last", () => {
  const { deliverSeconds } = new LaneCounters();
  for (const seconds of [0, 0.005, 0.006, 60, 61, 1000]) deliverSeconds.observe(seconds);
  expect(deliverSeconds.counts).toHaveLength(deliverSeconds.bounds.length + 1);
  expect(deliverSeconds.counts[0]).toBe(2);
  expect(deliverSeconds.counts[1]).toBe(1);
  expect(deliverSeconds.counts.at(-2)).toBe(1);
  expect(deliverSeconds.counts.at(-1)).toBe(2);
  expect(deliverSeconds.sum).toBeCloseTo(1121.011);
});
