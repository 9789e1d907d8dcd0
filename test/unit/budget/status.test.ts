/**
 * Goal: budgets say exactly what was spent of them, by whom, and which thresholds are met.
 * Method: a real database with few rows; amounts to the pico-dollar on either side of each edge.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Budget } from "../../../src/budget/budget.ts";
import { budgetStatuses } from "../../../src/budget/status.ts";
import type { UsageSource } from "../../../src/usage/source.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { NOON_MS, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";
import { budget, USD, UTC, zoneOf } from "./sample-budget.ts";

const DAY_MS = 86_400_000;

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

function statusesOf(budgets: readonly Budget[], nowMs = NOON_MS, zone = UTC) {
  return budgetStatuses(new StoreUsage(sample.store.database), budgets, nowMs, zone);
}

/** `value: spent of amount` of each status, in order. */
async function spentOf(one: Budget): Promise<string[]> {
  const statuses = await statusesOf([one]);
  return statuses.map(
    ({ value, spentPicousd, amountPicousd }) => `${value}: ${spentPicousd} of ${amountPicousd}`,
  );
}

function spend(agentId: string | null, totalPicousd: bigint, timestampMs = NOON_MS): void {
  sample.put([usageRow({ agentId, timestampMs }, { totalPicousd })]);
}

describe("thresholds", () => {
  it.each([
    [0n, []],
    [USD / 2n - 1n, []],
    [USD / 2n, [0.5]],
    [(USD * 4n) / 5n - 1n, [0.5]],
    [(USD * 4n) / 5n, [0.5, 0.8]],
    [USD - 1n, [0.5, 0.8]],
    [USD, [0.5, 0.8, 1]],
    [USD * 7n, [0.5, 0.8, 1]],
  ])("of a dollar with %d pico-dollars spent", async (spent, crossed) => {
    spend("dev", spent);
    expect(await statusesOf([budget()])).toMatchObject([{ spentPicousd: spent, crossed }]);
  });

  it("are compared as they are written, not as floats", async () => {
    const amountPicousd = 3n;
    spend("dev", 3n * 10n ** 17n - 1n);
    const thresholds = [0.1, 0.3, 0.7];
    const large = budget({ amountPicousd: 10n ** 18n, thresholds });
    expect(await statusesOf([large])).toMatchObject([{ crossed: [0.1] }]);
    spend("dev", 1n);
    expect(await statusesOf([large])).toMatchObject([{ crossed: [0.1, 0.3] }]);
    expect(await statusesOf([budget({ amountPicousd, thresholds: [] })])).toMatchObject([{ crossed: [] }]);
  });
});

describe("scopes", () => {
  it("each value has the amount for itself, or its own, whoever is nearest to it first", async () => {
    spend("研究", 300n);
    spend("dev", 40n);
    spend("ops", 40n);
    spend(null, 5000n);
    const overrides = new Map([
      ["dev", 50n],
      ["idle", 7n],
    ]);
    expect(await spentOf(budget({ scope: "agent", amountPicousd: 1000n, overrides }))).toEqual([
      "dev: 40 of 50",
      "研究: 300 of 1000",
      "ops: 40 of 1000",
      "idle: 0 of 7",
    ]);
  });

  it("all values together have the amount, those with their own besides", async () => {
    spend("dev", 40n);
    spend("ops", 300n);
    spend(null, 5000n);
    const overrides = new Map([["dev", 50n]]);
    expect(await spentOf(budget({ scope: "agent", each: false, amountPicousd: 1000n, overrides }))).toEqual([
      "null: 340 of 1000",
      "dev: 40 of 50",
    ]);
  });

  it("everybody includes records without a name", async () => {
    spend("dev", 40n);
    spend(null, 5000n);
    expect(await spentOf(budget({ amountPicousd: 1000n }))).toEqual(["null: 5040 of 1000"]);
  });

  it("who spent something in the last seven days is there, too", async () => {
    spend("lately", 40n, NOON_MS - 2 * DAY_MS);
    spend("long ago", 40n, NOON_MS - 8 * DAY_MS);
    expect(await spentOf(budget({ scope: "agent", amountPicousd: 1n }))).toEqual(["lately: 0 of 1"]);
  });

  it("nobody has no status, everybody has one", async () => {
    expect(await spentOf(budget({ scope: "agent" }))).toEqual([]);
    expect(await spentOf(budget({ amountPicousd: 1n }))).toEqual(["null: 0 of 1"]);
  });
});

describe("periods", () => {
  it("lie in the zone, and count to the pico-dollar", async () => {
    const zone = zoneOf("Europe/Berlin");
    const at = (instant: string) => Date.parse(instant);
    spend("dev", 1n, at("2026-10-24T21:45:00Z"));
    spend("dev", 20n, at("2026-10-24T22:00:00Z"));
    // 25 hours long: the clock went back at 01:00 UTC.
    spend("dev", 300n, at("2026-10-25T22:45:00Z"));
    spend("dev", 4000n, at("2026-10-25T23:00:00Z"));
    const statuses = await statusesOf(
      [budget(), budget({ period: "week" }), budget({ period: "month" })],
      at("2026-10-25T12:00:00Z"),
      zone,
    );
    expect(statuses.map(({ period, spentPicousd }) => [period, spentPicousd])).toEqual([
      [{ kind: "day", start: "2026-10-25", end: "2026-10-25" }, 320n],
      [{ kind: "week", start: "2026-10-19", end: "2026-10-25" }, 321n],
      [{ kind: "month", start: "2026-10-01", end: "2026-10-31" }, 4321n],
    ]);
  });
});

describe("doubts", () => {
  it("belong to the value whose records they are", async () => {
    sample.put([
      usageRow({ agentId: "a" }, { status: "unpriced", totalPicousd: undefined, priceId: undefined }),
      usageRow({ agentId: "b" }, { quality: ["over_count_suspected"] }),
      usageRow(
        { agentId: "c", timestampMs: NOON_MS - DAY_MS },
        { status: "unpriced", totalPicousd: undefined },
      ),
    ]);
    const statuses = await statusesOf([budget({ scope: "agent" }), budget()]);
    const doubts = statuses.map(({ value, partial, unpricedRecords, suspectRecords }) => {
      return { value, partial, unpricedRecords, suspectRecords };
    });
    expect(doubts).toEqual([
      { value: "b", partial: false, unpricedRecords: 0, suspectRecords: 1 },
      { value: "a", partial: true, unpricedRecords: 1, suspectRecords: 0 },
      { value: "c", partial: false, unpricedRecords: 0, suspectRecords: 0 },
      { value: null, partial: true, unpricedRecords: 1, suspectRecords: 1 },
    ]);
  });

  it("of another category are none", async () => {
    sample.put([usageRow({}, { category: "embedding", status: "unpriced", totalPicousd: undefined })]);
    expect(await statusesOf([budget({ categories: ["llm"] })])).toMatchObject([{ partial: false }]);
  });
});

describe("the forecast", () => {
  it("goes on as in the last days, for each value", async () => {
    spend("dev", 700n, NOON_MS - 7 * DAY_MS);
    spend("dev", 700n, NOON_MS - DAY_MS);
    spend("ops", 70n, NOON_MS - 3 * DAY_MS);
    spend("dev", 5n);
    const month = budget({ scope: "agent", period: "month", amountPicousd: 10_000n });
    // 9.5 days are left of the month, at 200 and 10 a day.
    expect(await statusesOf([month])).toMatchObject([
      { value: "dev", spentPicousd: 1405n, forecastPicousd: 1405n + 1900n },
      { value: "ops", spentPicousd: 70n, forecastPicousd: 70n + 95n },
    ]);
  });

  it("needs a day of data", async () => {
    spend("dev", 700n, NOON_MS - DAY_MS + 900_000);
    expect(await statusesOf([budget({ period: "month" })])).toMatchObject([{ forecastPicousd: undefined }]);
  });
});

it("many budgets cost few questions", async () => {
  spend("dev", 1n, NOON_MS - 30 * DAY_MS);
  let questions = 0;
  const store = new StoreUsage(sample.store.database);
  const source = {
    span: (selection) => store.span(selection),
    groups: (selection, by) => {
      questions += 1;
      return store.groups(selection, by);
    },
  } as UsageSource;
  const each = (["day", "week", "month"] as const).flatMap((period) =>
    (["llm", "embedding"] as const).flatMap((category) => [
      budget({ period, categories: [category] }),
      budget({ period, scope: "user", categories: [category] }),
    ]),
  );
  await budgetStatuses(source, each, NOON_MS, UTC);
  // Two scopes, each with three periods and the last days.
  expect(questions).toBe(8);
  await budgetStatuses(source, [], NOON_MS, UTC);
  expect(questions).toBe(8);
});
