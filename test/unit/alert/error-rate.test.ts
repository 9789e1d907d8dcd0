/**
 * Goal: windows are judged once, when they are complete and still news, and only on enough evidence.
 * Method: counts written down by the minute; the moment and the completeness are moved.
 */
import { describe, expect, test } from "vitest";
import { judgeErrorRate } from "../../../src/alert/error-rate.ts";
import { MINUTE_MS, MinuteCounts } from "../../../src/alert/minute-counts.ts";
import { NOON_MS } from "./finding.ts";

const WINDOW_MS = 5 * MINUTE_MS;
const OPTIONS = { threshold: 0.05, window: WINDOW_MS, min_requests: 20, min_errors: 3, for: 2 };

function counts(requests: number, errors: number, atMs = NOON_MS): MinuteCounts {
  const all = new MinuteCounts({ nowMs: () => NOON_MS });
  all.add(atMs, { requests, errors });
  return all;
}

function judge(all: MinuteCounts, changes: Partial<Parameters<typeof judgeErrorRate>[1]> = {}) {
  const endMs = NOON_MS + WINDOW_MS;
  return judgeErrorRate(OPTIONS, {
    counts: all,
    judgedUntilMs: NOON_MS,
    completeUntilMs: endMs,
    nowMs: endMs,
    ...changes,
  });
}

function levels(judgement: ReturnType<typeof judge>): string[] {
  return judgement.reports.flatMap(({ findings }) => findings.map(({ level }) => level));
}

test.each([
  ["no requests at all", 0, 0, "clear"],
  ["one error of ten: not enough requests", 10, 1, "lingering"],
  ["two errors of twenty: not enough errors", 20, 2, "lingering"],
  ["three of twenty", 20, 3, "breached"],
  ["exactly five percent", 100, 5, "lingering"],
  ["a little more", 100, 6, "breached"],
  ["exactly four percent", 100, 4, "lingering"],
  ["below four percent", 1000, 39, "clear"],
  ["all of few fail: not over", 5, 5, "lingering"],
])("%s", (_, requests, errors, level) => {
  expect(levels(judge(counts(requests, errors)))).toEqual([level]);
});

describe("windows", () => {
  test("are not judged before all their lines are read", () => {
    const judgement = judge(counts(100, 50), { completeUntilMs: NOON_MS + WINDOW_MS - 1 });
    expect(levels(judgement)).toEqual([]);
    expect(judgement.judgedUntilMs).toBe(NOON_MS);
  });

  test("are not judged where it is unknown what was read, and the rule says so", () => {
    const judgement = judge(counts(100, 50), { completeUntilMs: undefined });
    expect(levels(judgement)).toEqual([]);
    expect(judgement.reports[0]?.status.state).toBe("catching_up");
  });

  test("are judged once each, in their order", () => {
    const all = counts(100, 50);
    all.add(NOON_MS + 2 * WINDOW_MS, { requests: 100, errors: 50 });
    const endMs = NOON_MS + 3 * WINDOW_MS;
    const judgement = judge(all, { completeUntilMs: endMs, nowMs: endMs });
    expect(levels(judgement)).toEqual(["breached", "clear", "breached"]);
    expect(
      levels(judge(all, { judgedUntilMs: judgement.judgedUntilMs, completeUntilMs: endMs, nowMs: endMs })),
    ).toEqual([]);
  });

  test("that began before watching did are left out", () => {
    const judgement = judge(counts(100, 50), { judgedUntilMs: NOON_MS + 1 });
    expect(levels(judgement)).toEqual([]);
    expect(judgement.judgedUntilMs).toBe(NOON_MS + WINDOW_MS);
  });

  test("of long ago are history: what fires goes on, what is pending begins anew", () => {
    const nowMs = NOON_MS + 24 * 60 * MINUTE_MS;
    const judgement = judge(counts(100, 50), { nowMs, completeUntilMs: nowMs });
    expect(levels(judgement)).toEqual(["lingering", ...Array<string>(7).fill("clear")]);
    expect(judgement.judgedUntilMs).toBe(nowMs);
  });
});

test("the text tells counts, rate and limit", () => {
  const [report] = judge(counts(200, 25)).reports;
  expect(report?.findings[0]?.text).toMatch(
    /^25 of 200 requests failed within 5 minutes \(12\.5 %\); the limit is 5\.0 %\./,
  );
  expect(report?.consecutive).toBe(2);
});
