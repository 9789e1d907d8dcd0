/**
 * Goal: a question is read to the letter, or refused with what would be right.
 * Method: tables of query strings.
 */
import { expect, it } from "vitest";
import { parseUsageQuery } from "../../../src/http/usage-query.ts";

const parse = (text: string) => parseUsageQuery(new URLSearchParams(text));

const everything = {
  days: 30,
  tz: "UTC",
  groupBy: undefined,
  agent: undefined,
  user: undefined,
  key: undefined,
  organization: undefined,
};

it.each([
  ["", everything],
  ["days=30&tz=UTC&group_by=&agent=&user=&key=&organization=", everything],
  [
    "days=1&tz=Asia/Shanghai&group_by=agent",
    { ...everything, days: 1, tz: "Asia/Shanghai", groupBy: "agent" },
  ],
  [
    "agent=dev%20one&user=u%26v&key=prod&organization=acme",
    { ...everything, agent: "dev one", user: "u&v", key: "prod", organization: "acme" },
  ],
])("%s is read", (text, query) => {
  expect(parse(text)).toEqual({ ok: true, query });
});

it.each([
  ["days=0", 'days: expected a whole number from 1 to 3660, found "0"'],
  ["days=3661", 'days: expected a whole number from 1 to 3660, found "3661"'],
  ["days=-1", 'days: expected a whole number from 1 to 3660, found "-1"'],
  ["days=1.5", 'days: expected a whole number from 1 to 3660, found "1.5"'],
  ["days=1e2", 'days: expected a whole number from 1 to 3660, found "1e2"'],
  ["tz=Mars/Olympus", 'tz: expected a time zone like UTC or Asia/Shanghai, found "Mars/Olympus"'],
  [
    "group_by=colour",
    'group_by: expected one of agent, user, path, route, model, category, organization, key, status; found "colour"',
  ],
  ["agent_id=dev", 'expected one of days, tz, group_by, agent, user, key, organization; found "agent_id"'],
  ["days=1&days=2", "expected days once, found it several times"],
])("%s is refused with what would be right", (text, problem) => {
  expect(parse(text)).toEqual({ ok: false, problem });
});
