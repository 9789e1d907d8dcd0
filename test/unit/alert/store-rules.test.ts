/**
 * Goal: rules over the store judge what it holds, say so where they cannot, and look only at what came since watching began.
 * Method: a real store with two days of data; questions with answers written down where the data do not matter.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  isUpToDate,
  type StoreQuestions,
  StoreRules,
  unaskedReports,
} from "../../../src/alert/store-rules.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { NOON_MS, requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";
import { ALL_OFF, SETTINGS } from "./settings.ts";

const HOUR_MS = 3_600_000;
const SINCE_MS = NOON_MS - 48 * HOUR_MS;

let sample: SampleStore;
beforeAll(() => {
  sample = makeSampleStore();
  sample.put([
    requestRow({ timestampMs: SINCE_MS }),
    usageRow({ timestampMs: NOON_MS - HOUR_MS }, { quality: ["uniform_calls"] }),
    ...Array.from({ length: 500 }, () => requestRow({ timestampMs: NOON_MS })),
  ]);
});
afterAll(() => sample.remove());

function questions(asked: number[] = []): StoreQuestions {
  return {
    source: new StoreUsage(sample.store.database),
    unpricedModels: (fromMs) => {
      asked.push(fromMs);
      return [{ model: "mystery", records: 2 }];
    },
    isPriced: () => false,
    budgets: async () => [],
  };
}

const PRESENT = { nowMs: NOON_MS + 60_000, completeUntilMs: NOON_MS + 50_000, sinceMs: SINCE_MS };

test("each rule that is on judges", async () => {
  const { reports, hoursJudgedMs } = await new StoreRules(questions()).judge(SETTINGS, PRESENT, NOON_MS);
  const found = reports.flatMap(({ findings }) =>
    findings.map(({ fingerprint, level }) => `${fingerprint} ${level}`),
  );
  expect(found).toEqual(["spike:requests breached", "unpriced:mystery breached", "over_count breached"]);
  expect(new Set(reports.map(({ rule }) => rule))).toEqual(
    new Set(["spike", "budget", "unpriced", "over_count"]),
  );
  expect(hoursJudgedMs).toBe(NOON_MS);
});

test("what was before watching began is not asked for", async () => {
  const asked: number[] = [];
  const rules = new StoreRules(questions(asked));
  await rules.judge(SETTINGS, PRESENT, NOON_MS);
  const { reports } = await rules.judge(SETTINGS, { ...PRESENT, sinceMs: NOON_MS - 1 }, NOON_MS);
  // The last day, rounded up to a quarter of an hour; then from where watching began.
  expect(asked).toEqual([NOON_MS - 24 * HOUR_MS + 15 * 60_000, NOON_MS]);
  expect(reports.find(({ rule }) => rule === "over_count")?.findings[0]?.level).toBe("clear");
});

test("rules that are off end what they fired", async () => {
  const { reports } = await new StoreRules(questions()).judge(ALL_OFF, PRESENT, NOON_MS);
  expect(reports.map(({ status, others }) => [status.state, others.level])).toEqual(
    Array(4).fill(["off", "clear"]),
  );
});

test("without a store, and while it is filled with the past, rules say so", () => {
  expect(unaskedReports(SETTINGS, false).map(({ status }) => status.state)).toEqual(Array(4).fill("off"));
  expect(unaskedReports(SETTINGS, true).map(({ status }) => status.state)).toEqual(
    Array(4).fill("catching_up"),
  );
  expect(unaskedReports(ALL_OFF, true).map(({ status }) => status.state)).toEqual(Array(4).fill("off"));
});

test("a store is up to date if it has all but the last few minutes", () => {
  expect([undefined, NOON_MS - 16 * 60_000, NOON_MS].map((ms) => isUpToDate(ms, NOON_MS))).toEqual([
    false,
    false,
    true,
  ]);
});
