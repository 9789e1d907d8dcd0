/**
 * Goal: a question is read to the letter, or refused with what would be right.
 * Method: tables of query strings, read at noon of one day.
 */
import { expect, it } from "vitest";
import { type ParsedUsageQuery, parseUsageQuery } from "../../../src/http/usage-query.ts";
import { dayName } from "../../../src/usage/time-zone.ts";
import { NOON_MS } from "../store/sample-rows.ts";

const parse = (text: string) =>
  parseUsageQuery(new URLSearchParams(text), ["group_by", "format", "limit"], NOON_MS);

/** The question in words: its days, and what is not as it is without parameters. */
function inWords(parsed: ParsedUsageQuery) {
  if (!parsed.ok) return parsed.problem;
  const { period, zone, today: _today, ...rest } = parsed.query;
  return { from: dayName(period.since), to: dayName(period.until), tz: zone.name, ...rest };
}

const everything = {
  from: "2026-10-23",
  to: "2026-11-21",
  tz: "UTC",
  filters: {},
  groupBy: undefined,
  format: "json",
  limit: undefined,
};

it.each([
  ["", everything],
  ["days=30&from=&to=&tz=UTC&group_by=&agent=&user=&key=&organization=&format=&limit=", everything],
  [
    "days=1&tz=Pacific/Auckland",
    { ...everything, from: "2026-11-22", to: "2026-11-22", tz: "Pacific/Auckland" },
  ],
  ["days=7&to=2026-11-10", { ...everything, from: "2026-11-04", to: "2026-11-10" }],
  ["from=2026-11-01", { ...everything, from: "2026-11-01" }],
  ["from=7d&to=today", { ...everything, from: "2026-11-15" }],
  ["from=2024-02-29&to=2024-02-29", { ...everything, from: "2024-02-29", to: "2024-02-29" }],
  ["group_by=agent&format=csv&limit=3", { ...everything, groupBy: "agent", format: "csv", limit: 3 }],
  [
    "agent=dev%20one&user=u%26v&key=prod&organization=acme",
    { ...everything, filters: { agent: "dev one", user: "u&v", key: "prod", organization: "acme" } },
  ],
  [
    "route_group=memory_search&model=a:0&category=llm",
    { ...everything, filters: { route: "memory_search", model: "a:0", category: "llm" } },
  ],
])("%s is read", (text, query) => {
  expect(inWords(parse(text))).toEqual(query);
});

it.each([
  ["days=0", 'days: expected a whole number from 1 to 3660, found "0"'],
  ["days=3661", 'days: expected a whole number from 1 to 3660, found "3661"'],
  ["days=-1", 'days: expected a whole number from 1 to 3660, found "-1"'],
  ["days=1e2", 'days: expected a whole number from 1 to 3660, found "1e2"'],
  ["limit=1001", 'limit: expected a whole number from 1 to 1000, found "1001"'],
  ["tz=Mars/Olympus", 'tz: expected a time zone like UTC or Asia/Shanghai, found "Mars/Olympus"'],
  ["from=2026-02-30", 'from: expected a day like 2026-11-21, today, or 7d (seven days), found "2026-02-30"'],
  ["from=2026-11-22", "expected from to be no later than to, which is today if left out"],
  ["from=2026-11-10&to=2026-11-09", "expected from to be no later than to, which is today if left out"],
  ["from=2026-11-10&days=3", "expected days or from, found both"],
  ["from=2001-01-01", "expected at most 3660 days, found 9456 between from and to"],
  [
    "group_by=colour",
    'group_by: expected one of agent, user, path, route, model, category, organization, key, status; found "colour"',
  ],
  ["format=xml", 'format: expected one of json, csv; found "xml"'],
  [
    "agent_id=dev",
    "expected one of days, from, to, tz, route_group, agent, user, key, organization, model, category, " +
      'group_by, format, limit; found "agent_id"',
  ],
  ["days=1&days=2", "expected days once, found it several times"],
])("%s is refused with what would be right", (text, problem) => {
  expect(inWords(parse(text))).toBe(problem);
});

it("takes no parameters of other paths", () => {
  expect(inWords(parseUsageQuery(new URLSearchParams("limit=3"), [], NOON_MS))).toContain('found "limit"');
});
