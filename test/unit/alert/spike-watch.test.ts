/**
 * Goal: each hour is judged once at its end, the running one as soon as it is a spike, and history is asked once an hour.
 * Method: a source that knows a sum for each hour and counts what it is asked.
 */
import { beforeEach, expect, test } from "vitest";
import { HOUR_MS } from "../../../src/alert/spike.ts";
import { SpikeWatch } from "../../../src/alert/spike-watch.ts";
import type { UsageSource } from "../../../src/usage/source.ts";
import { emptyUsageSums } from "../../../src/usage/sums.ts";
import { NOON_MS } from "./finding.ts";

const OPTIONS = { z: 6, times_median: 3, times_maximum: 1.5, min_usd: "0.50", min_requests: 100 };
const DAY_MS = 24 * HOUR_MS;

let special: Map<number, number>;
let beginsMs: number | undefined;
let questions = 0;
beforeEach(() => {
  special = new Map();
  beginsMs = NOON_MS - 20 * DAY_MS;
  questions = 0;
});

const source: Pick<UsageSource, "groups" | "span"> = {
  groups: async ({ fromMs }) => {
    questions += 1;
    return [{ values: [], sums: { ...emptyUsageSums(), requests: special.get(fromMs) ?? 50 } }];
  },
  span: async () => (beginsMs === undefined ? undefined : { firstMs: beginsMs, lastMs: NOON_MS }),
};

function judge(watch: SpikeWatch, nowMs: number, judgedUntilMs: number, completeUntilMs = nowMs) {
  return watch.judge(OPTIONS, { source: source as UsageSource, judgedUntilMs, completeUntilMs, nowMs });
}

async function levels(...parameters: Parameters<typeof judge>): Promise<string[]> {
  const { reports } = await judge(...parameters);
  return reports.flatMap(({ findings }) =>
    findings.map(({ fingerprint, level }) => `${fingerprint} ${level}`),
  );
}

test("the running hour is a spike as soon as it is one, and says nothing before", async () => {
  const watch = new SpikeWatch();
  expect(await levels(watch, NOON_MS + HOUR_MS / 2, NOON_MS)).toEqual([]);
  special.set(NOON_MS, 400);
  expect(await levels(watch, NOON_MS + HOUR_MS / 2, NOON_MS)).toEqual(["spike:requests breached"]);
});

test("a whole hour says how it was, once", async () => {
  const watch = new SpikeWatch();
  const nowMs = NOON_MS + HOUR_MS + 60_000;
  expect(await levels(watch, nowMs, NOON_MS)).toEqual(["spike:requests clear", "spike:cost clear"]);
  const { judgedUntilMs } = await judge(watch, nowMs, NOON_MS);
  expect(judgedUntilMs).toBe(NOON_MS + HOUR_MS);
  expect(await levels(watch, nowMs, judgedUntilMs)).toEqual([]);
});

test("an hour whose lines are not all there is not judged as a whole", async () => {
  const nowMs = NOON_MS + HOUR_MS + 60_000;
  expect(await levels(new SpikeWatch(), nowMs, NOON_MS, nowMs - 120_000)).toEqual([]);
});

test("hours of long ago are history", async () => {
  const { reports } = await judge(new SpikeWatch(), NOON_MS, NOON_MS - 10 * DAY_MS);
  expect(reports.length).toBeLessThanOrEqual(4);
});

test.each([
  ["no data", undefined],
  ["less than a day of data", NOON_MS - DAY_MS + 1],
])("with %s the rule warms up", async (_, firstMs) => {
  beginsMs = firstMs;
  const { reports, judgedUntilMs } = await judge(new SpikeWatch(), NOON_MS, NOON_MS - HOUR_MS);
  expect(reports).toMatchObject([{ findings: [], status: { state: "warming_up" } }]);
  expect(judgedUntilMs).toBe(NOON_MS - HOUR_MS);
});

test("history is asked once an hour, and only for what the hour before did not need", async () => {
  const watch = new SpikeWatch();
  for (let minute = 1; minute < 60; minute += 1) await judge(watch, NOON_MS + minute * 60_000, NOON_MS);
  expect(questions).toBe(42 + 59);
  questions = 0;
  await judge(watch, NOON_MS + HOUR_MS + 60_000, NOON_MS + HOUR_MS);
  expect(questions).toBe(14 + 1);
});
