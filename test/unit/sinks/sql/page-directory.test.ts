/**
 * Goal: days are known once each, in the order of time, and what is stale is told by span and start.
 * Method: a directory of few days.
 */
import { expect, test } from "vitest";
import { Directory } from "../../../../src/sinks/sql/page-directory.ts";
import { DAY, HOUR } from "../../../../src/store/pages.ts";

test("a directory knows its days and what is stale", () => {
  const directory = new Directory([DAY.ms, -DAY.ms, DAY.ms, 0], new Set([Directory.nameOf(DAY.ms, 0)]));
  expect(directory.days).toEqual([-DAY.ms, 0, DAY.ms]);
  expect([directory.isStale(DAY, 0), directory.isStale(HOUR, 0), directory.isStale(DAY, DAY.ms)]).toEqual([
    true,
    false,
    false,
  ]);
});
