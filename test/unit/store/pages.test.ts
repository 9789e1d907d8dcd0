/**
 * Goal: pages are found by span and time, in both orders, and replaced or removed.
 * Method: a database with a few pages of made-up content.
 */
import { expect, test } from "vitest";
import { DAY, HOUR, Pages, startOf } from "../../../src/store/pages.ts";
import { withDatabase } from "./sample-database.ts";

test("spans begin at whole hours and days, before 1970, too", () => {
  expect([-1, 0, HOUR.ms - 1, HOUR.ms].map((atMs) => startOf(atMs, HOUR))).toEqual([-HOUR.ms, 0, 0, HOUR.ms]);
  expect(startOf(-1, DAY)).toBe(-DAY.ms);
});

test("pages are read in the order of time, or the latest first", () => {
  withDatabase((database) => {
    const pages = new Pages(database);
    expect(pages.latestDayMs()).toBeUndefined();
    for (const hour of [30, -1, 0, 1]) pages.put(HOUR, hour * HOUR.ms, Buffer.from([hour + 1]));
    pages.put(DAY, 0, Buffer.from([99]));
    const contents = (found: ReturnType<Pages["between"]>) => [...found].map(({ page }) => page[0]);
    expect(contents(pages.between(HOUR, -HOUR.ms, 30 * HOUR.ms))).toEqual([0, 1, 2]);
    expect(contents(pages.betweenLatestFirst(HOUR, 0, DAY.ms * 2))).toEqual([31, 2, 1]);
    expect(pages.latestDayMs()).toBe(DAY.ms);
  });
});

test("stretches are what of a span lies in days with a page and in the latest, which has none", () => {
  withDatabase((database) => {
    const pages = new Pages(database);
    expect(pages.stretches({ fromMs: -DAY.ms, untilMs: DAY.ms })).toEqual([]);
    const days = [-700_000, -1, 0, 5, 6];
    for (const day of days) pages.put(HOUR, day * DAY.ms + 3 * HOUR.ms, Buffer.from([1]));
    for (const day of days.slice(0, -1)) pages.put(DAY, day * DAY.ms, Buffer.from([1]));
    const found = (from: number, until: number) =>
      pages
        .stretches({ fromMs: from * DAY.ms, untilMs: until * DAY.ms })
        .map(({ fromMs, untilMs }) => [fromMs / DAY.ms, untilMs / DAY.ms]);
    expect(found(-1e8, 1e8)).toEqual([
      [-700_000, -699_999],
      [-1, 1],
      [5, 7],
    ]);
    expect(found(-0.5, 5)).toEqual([[-0.5, 1]]);
    expect(found(0.25, 0.75)).toEqual([[0.25, 0.75]]);
    expect(found(0, 5.5)).toEqual([
      [0, 1],
      [5, 5.5],
    ]);
    expect(found(6.5, 8)).toEqual([[6.5, 7]]);
    expect(found(7, 9)).toEqual([]);
  });
});

test("a page is replaced, and one with nothing in it is removed", () => {
  withDatabase((database) => {
    const pages = new Pages(database);
    pages.put(HOUR, 0, Buffer.from([1]));
    pages.put(HOUR, 0, Buffer.from([2]));
    expect(pages.find(HOUR, 0)).toEqual(Buffer.from([2]));
    expect(pages.find(DAY, 0)).toBeUndefined();
    pages.put(HOUR, 0, undefined);
    expect(pages.find(HOUR, 0)).toBeUndefined();
  });
});
