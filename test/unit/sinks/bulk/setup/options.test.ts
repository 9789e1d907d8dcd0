/**
 * Goal: `setup` takes whole days and the address of a web server, and nothing else.
 * Method: a table of values.
 */
import { expect, it } from "vitest";
import { formatDays, searchSetupOptions } from "../../../../../src/sinks/bulk/setup/options.ts";

it("is empty by default", () => {
  expect(searchSetupOptions.parse({})).toEqual({});
});

it.each([
  ["30d", "30d"],
  ["720h", "30d"],
  ["1d", "1d"],
])("keeps an index for %s", (retention, days) => {
  expect(formatDays(searchSetupOptions.parse({ retention }).retention ?? 0)).toBe(days);
});

it.each(["12h", "36h", "0d", "30 days", "36501d"])("refuses a retention of %s", (retention) => {
  expect(searchSetupOptions.safeParse({ retention }).success).toBe(false);
});

it.each(["dashboards:5601", "ftp://dashboards", ""])("refuses dashboards at %j", (dashboards) => {
  expect(searchSetupOptions.safeParse({ dashboards }).success).toBe(false);
});
