/**
 * Goal: the words after `usage` become a question, or a message that says what would be right.
 * Method: options as yargs hands them over.
 */
import { describe, expect, test } from "vitest";
import { parseUsageOptions, type UsageOptions } from "../../../src/cli/usage-options.ts";
import { dayName } from "../../../src/usage/time-zone.ts";

const NOW_MS = Date.parse("2026-11-21T17:00:00Z");

function asked(options: UsageOptions) {
  const parsed = parseUsageOptions(options, NOW_MS);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.asked;
}

function problem(options: UsageOptions): string {
  const parsed = parseUsageOptions(options, NOW_MS);
  return parsed.ok ? "no problem" : parsed.problem;
}

describe("a question", () => {
  test("is for totals of everything in UTC if nothing is said", () => {
    expect(asked({})).toMatchObject({
      question: "totals",
      by: [],
      period: { since: undefined, until: undefined },
      zone: { name: "UTC" },
      includesSystem: false,
      limit: undefined,
    });
  });

  test("takes several dimensions, each once", () => {
    expect(asked({ by: "day, agent,,day" }).by).toEqual(["day", "agent"]);
  });

  test("takes today in the zone asked for", () => {
    const { period, today } = asked({ tz: "Asia/Shanghai", since: "7d", until: "today" });
    expect([period.since, period.until, today].map((day) => dayName(day ?? 0))).toEqual([
      "2026-11-16",
      "2026-11-22",
      "2026-11-22",
    ]);
  });
});

test.each<[UsageOptions, string]>([
  [{ question: "slowset" }, 'found "slowset": did you mean slowest?'],
  [{ question: "x" }, "expected slowest, errors, requests, reprice, budgets or nothing"],
  [{ by: "agnet" }, 'found "agnet": did you mean agent?'],
  [{ by: "day,zzzzzz" }, "--by: expected some of day, agent, user, path, route"],
  [{ by: "day", question: "errors" }, "not with `usage errors`"],
  [
    { by: "agent,model", question: "requests" },
    'expected some of route, path, agent, user, organization, key; found "model"',
  ],
  [{ tz: "Asia/Shangai" }, "did you mean Asia/Shanghai?"],
  [{ tz: "" }, "--tz: expected a time zone"],
  [{ since: "tody" }, "did you mean today?"],
  [
    { until: "2026-02-30" },
    '--until: expected a day like 2026-11-21, today, or 7d (seven days), found "2026-02-30"',
  ],
  [{ since: "2026-11-02", until: "2026-11-01" }, "--until 2026-11-01 is before --since 2026-11-02"],
  [{ apply: true }, "--apply goes with `usage reprice`"],
  [{ question: "reprice", from: "audit-dir" }, "--from does not go with `usage reprice`"],
  [{ csv: true, json: true }, "expected --csv or --json, found both"],
  [{ csv: true, question: "requests" }, "--csv goes with `usage`, `usage slowest` and `usage errors`"],
  [{ watch: true, question: "reprice" }, "--watch goes with `usage`"],
  [{ watch: true, csv: true }, "--watch shows tables: leave out --csv and --json"],
  [{ limit: 0 }, "--limit: expected a whole number from 1 on"],
  [{ limit: Number.NaN }, "--limit"],
])("%j is refused with advice", (options, message) => {
  expect(problem(options)).toContain(message);
});
