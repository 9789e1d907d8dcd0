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
