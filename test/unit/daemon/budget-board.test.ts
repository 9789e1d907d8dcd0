/**
 * Goal: budgets are looked at as often as somebody wants to know, and trouble with them is one warning.
 * Method: a real store behind a source that counts its questions and fails on demand, a clock moved by hand.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { BudgetBoard } from "../../../src/daemon/budget-board.ts";
import { UsageFault, type UsageSource } from "../../../src/usage/source.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { budget, USD, UTC, zoneOf } from "../budget/sample-budget.ts";
import { NOON_MS, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

let sample: SampleStore;
let questions = 0;
let fault: Error | undefined;
let nowMs = NOON_MS;
let tookMs = 0;
let recorded: RecordingLog;

beforeEach(() => {
  sample = makeSampleStore();
  sample.put([usageRow()]);
  questions = 0;
  fault = undefined;
  nowMs = NOON_MS;
  recorded = new RecordingLog();
});
afterEach(() => sample.remove());

function makeBoard(): BudgetBoard {
  const store = new StoreUsage(sample.store.database);
  const source: UsageSource = {
    groups: async (selection, by) => {
      questions += 1;
      nowMs += tookMs;
      if (fault !== undefined) throw fault;
      return store.groups(selection, by);
    },
    span: (selection) => store.span(selection),
    assumedModels: (selection) => store.assumedModels(selection),
    slowest: (selection, limit) => store.slowest(selection, limit),
    close: () => store.close(),
  };
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  return new BudgetBoard(source, { budgets: [budget()], zone: UTC }, { clock, log: recorded.log });
}

async function spentNow(board: BudgetBoard): Promise<bigint | undefined> {
  return (await board.statuses())?.[0]?.spentPicousd;
}

async function spentLately(board: BudgetBoard): Promise<bigint | undefined> {
  return (await board.statuses(60_000))?.[0]?.spentPicousd;
}

test("tells the present unless an older answer will do", async () => {
  const board = makeBoard();
  expect(await spentLately(board)).toBe(185_804_800_000n);
  sample.put([usageRow()]);
  nowMs += 59_999;
  expect(await spentLately(board)).toBe(185_804_800_000n);
  expect(questions).toBe(1);
  expect(await spentNow(board)).toBe(371_609_600_000n);
  nowMs += 59_999;
  expect(await spentLately(board)).toBe(371_609_600_000n);
  nowMs += 1;
  expect(questions).toBe(2);
  await spentLately(board);
  expect(questions).toBe(3);
});

test("what takes long is asked for less often", async () => {
  const board = makeBoard();
  tookMs = 9000;
  await board.statuses(60_000);
  tookMs = 0;
  nowMs += 80_999;
  await board.statuses(60_000);
  expect(questions).toBe(1);
  nowMs += 1;
  await board.statuses(60_000);
  expect(questions).toBe(2);
});

test("several that ask at the same time share an answer if an older one will do", async () => {
  const board = makeBoard();
  await Promise.all([board.statuses(60_000), board.statuses(60_000)]);
  expect(questions).toBe(1);
});

test("other rules hold at once", async () => {
  const board = makeBoard();
  await board.statuses(60_000);
  board.replaceRules({ budgets: [budget({ amountPicousd: 9n * USD })], zone: zoneOf("Asia/Tokyo") });
  const [status] = (await board.statuses(60_000)) ?? [];
  expect(status).toMatchObject({ amountPicousd: 9n * USD, period: { start: "2026-11-21" } });
  expect(board.rules.zone.name).toBe("Asia/Tokyo");
});

test("a source that fails is one warning until it answers again", async () => {
  const board = makeBoard();
  fault = new UsageFault("the store is gone");
  expect(await board.statuses()).toBeUndefined();
  expect(await board.statuses()).toBeUndefined();
  expect(recorded.messages("warn")).toEqual([
    "how the budgets stand cannot be told: the embedded store does not answer; delivery goes on",
  ]);
  fault = undefined;
  expect(await board.statuses()).toHaveLength(1);
  fault = new UsageFault("again");
  expect(await board.statuses()).toBeUndefined();
  expect(recorded.messages("warn")).toHaveLength(2);
});
