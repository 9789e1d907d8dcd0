/**
 * Goal: the embedded store answers a whole question from one state of its tables.
 * A day costs time only where it has data.
 * Method: a real database, written while a question is under way, or whose questions are counted.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import type { Database } from "../../../src/system/sqlite.ts";
import type { UsageSelection } from "../../../src/usage/source.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { dayName, TimeZone } from "../../../src/usage/time-zone.ts";
import { requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

const selection: UsageSelection = {
  fromMs: TIME_MIN_MS,
  untilMs: TIME_MAX_MS,
  includesSystem: false,
  filters: {},
  zone: TimeZone.find("UTC") as TimeZone,
};

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

test("each combination comes once, though its days have several buckets", async () => {
  const later = { timestampMs: Date.parse("2026-11-21T17:45:00Z") };
  sample.put([requestRow(), requestRow(later), requestRow({ ...later, agentId: "ops" }), usageRow()]);
  const groups = await new StoreUsage(sample.store.database).groups(selection, ["day", "agent"]);
  expect(groups.map(({ values, sums }) => [...values, sums.requests]).sort()).toEqual([
    ["2026-11-21", "dev", 2],
    ["2026-11-21", "ops", 1],
  ]);
});

test("others have their turn before an answer, which then is of one state", async () => {
  sample.put([requestRow({ agentId: "a" }), requestRow({ agentId: "b" })]);
  let turns = 0;
  const source = new StoreUsage(sample.store.database, undefined, async () => {
    turns += 1;
    sample.put([requestRow({ agentId: "a" }), requestRow({ agentId: "b" })]);
  });
  const groups = await source.groups(selection, ["agent"]);
  expect(groups.map(({ sums }) => sums.requests)).toEqual([2, 2]);
  await source.span(selection);
  await source.assumedModels(selection);
  await source.slowest(selection, 1);
  expect(turns).toBe(4);
});

/** The same database, which refuses more than so many questions. */
function withQuestionsMax(database: Database, questionsMax: number): Database {
  let questions = 0;
  const count = (): void => {
    questions += 1;
    expect(questions).toBeLessThanOrEqual(questionsMax);
  };
  return {
    path: database.path,
    execute: (sql) => database.execute(sql),
    transaction: (work) => database.transaction(work),
    close: () => database.close(),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        run: (parameters) => statement.run(parameters),
        all: (parameters) => {
          count();
          return statement.all(parameters);
        },
        iterate: (parameters) => {
          count();
          return statement.iterate(parameters);
        },
      };
    },
  };
}

test("the days between two with data are not asked for", async () => {
  const days = ["0001-01-01", "2026-11-21", "9999-12-31"];
  sample.put(days.map((day) => requestRow({ timestampMs: Date.parse(`${day}T00:00:00Z`) })));
  const source = new StoreUsage(withQuestionsMax(sample.store.database, 50));
  const groups = await source.groups(selection, ["day"]);
  expect(groups.map(({ values, sums }) => [...values, sums.requests])).toEqual(days.map((day) => [day, 1]));
});

describe.each(["UTC", "Asia/Kathmandu", "America/New_York", "America/St_Johns", "Pacific/Apia"])(
  "in %s",
  (name) => {
    const zone = TimeZone.find(name) as TimeZone;
    const at = (text: string) => Date.parse(`${text}Z`);
    const moments = [
      "0001-01-01T00:00",
      "2006-10-28T23:15",
      "2006-10-29T02:15",
      "2006-10-29T02:45",
      "2006-10-29T03:45",
      "2011-12-30T09:45",
      "2011-12-30T10:00",
      "2026-11-19T18:15",
      "2026-11-21T00:00",
      "2026-11-21T23:45",
      "2026-11-22T04:45",
      "9999-12-31T23:45",
    ].map(at);

    test.each([
      [TIME_MIN_MS, TIME_MAX_MS],
      [at("2006-10-29T02:15"), at("2026-11-21T23:45")],
      [at("2006-10-29T02:45"), at("2011-12-30T10:00")],
    ])("days with gaps between them add up from %i to %i", async (fromMs, untilMs) => {
      sample.put(moments.map((timestampMs) => requestRow({ timestampMs })));
      const expected = new Map<string, number>();
      for (const moment of moments) {
        if (moment < fromMs || moment >= untilMs) continue;
        const day = dayName(zone.dayOf(moment));
        expected.set(day, (expected.get(day) ?? 0) + 1);
      }
      const source = new StoreUsage(sample.store.database);
      const groups = await source.groups({ ...selection, fromMs, untilMs, zone }, ["day"]);
      expect(groups.map(({ values, sums }) => [...values, sums.requests])).toEqual([...expected]);
    });
  },
);

test("nothing has no groups and no span", async () => {
  const source = new StoreUsage(sample.store.database);
  expect(await source.groups(selection, [])).toEqual([]);
  expect(await source.span(selection)).toBeUndefined();
});
