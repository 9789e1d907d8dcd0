/**
 * Goal: the buckets give back what was put in, by key and by day, exactly and for the selection only.
 * Method: a real database with few rows.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BUCKET_MS } from "../../../src/store/bucket.ts";
import {
  type BucketSelection,
  type KeyAttribute,
  type LocalDay,
  TIME_MAX_MS,
  TIME_MIN_MS,
} from "../../../src/store/bucket-query.ts";
import { BucketReader } from "../../../src/store/bucket-reader.ts";
import { NOON_MS, requestRow, usageRow } from "./sample-rows.ts";
import { makeSampleStore, type SampleStore } from "./sample-store.ts";

const everything: BucketSelection = {
  fromMs: TIME_MIN_MS,
  untilMs: TIME_MAX_MS,
  includesSystem: true,
  filters: {},
};

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

const reader = () => new BucketReader(sample.store.database);
const ATTRIBUTES: readonly KeyAttribute[] = ["agent", "routeGroup", "status", "category", "key"];
const byKey = (changes: Partial<BucketSelection> = {}) => [
  ...reader().sums({ ...everything, ...changes }, ATTRIBUTES),
];
const agentsOf = (filters: BucketSelection["filters"]) =>
  byKey({ filters })
    .map(({ values }) => values.agent)
    .sort();

describe("sums", () => {
  test("adds up the buckets of a key", () => {
    sample.put([requestRow(), requestRow({ timestampMs: NOON_MS + BUCKET_MS, status: 200 })]);
    const [sums, ...others] = byKey();
    expect(others).toEqual([]);
    expect(sums).toMatchObject({
      values: { agent: "dev", routeGroup: "memory_create", status: 200, category: null },
      sums: { requests: 2, errors: 0 },
    });
  });

  test("adds money beyond 2^63 pico-dollars exactly", () => {
    const totalPicousd = 2n ** 63n - 2n;
    sample.put(
      [0, 1, 2].map((index) => usageRow({ timestampMs: NOON_MS + index * 86_400_000 }, { totalPicousd })),
    );
    expect(byKey()[0]?.sums.totalPicousd).toBe(3n * totalPicousd);
  });

  test("gives the same sums whatever the bounds, within a day or over many", () => {
    const quarters = Array.from({ length: 400 }, (_, index) => NOON_MS + index * BUCKET_MS);
    sample.put(quarters.map((timestampMs) => requestRow({ timestampMs })));
    for (const [from, until] of [
      [0, 400],
      [0, 1],
      [47, 49],
      [48, 48 + 96],
      [1, 399],
      [50, 300],
    ] as const) {
      const bounds = { fromMs: NOON_MS + from * BUCKET_MS, untilMs: NOON_MS + until * BUCKET_MS };
      const requests = byKey(bounds).reduce((sum, { sums }) => sum + sums.requests, 0);
      expect([from, until, requests]).toEqual([from, until, until - from]);
    }
  });

  test("takes buckets from the start of the selection on and not at its end", () => {
    sample.put([0, 1, 2].map((index) => requestRow({ timestampMs: NOON_MS + index * BUCKET_MS })));
    const selected = byKey({ fromMs: NOON_MS, untilMs: NOON_MS + 2 * BUCKET_MS });
    expect(selected[0]?.sums.requests).toBe(2);
  });

  test("leaves the system's routes out unless they are wanted", () => {
    sample.put([requestRow({ routeGroup: "system" })]);
    expect(byKey({ includesSystem: false })).toEqual([]);
    expect(byKey()).toHaveLength(1);
  });

  test("filters by exact agent, user, organization and by a key's alias or hash", () => {
    sample.put([
      requestRow({ agentId: "a", userId: "u", organizationId: "o", apiKeyHash: "ff00", apiKeyAlias: "ci" }),
      requestRow({ agentId: "b", apiKeyHash: "ff00" }),
      requestRow({ agentId: "A", userId: "U" }),
      requestRow({ agentId: null, userId: null }),
    ]);
    expect(agentsOf({ agent: "a" })).toEqual(["a"]);
    expect(agentsOf({ user: "u" })).toEqual(["a"]);
    expect(agentsOf({ organization: "o" })).toEqual(["a"]);
    expect(agentsOf({ key: "ci" })).toEqual(["a"]);
    expect(agentsOf({ key: "ff00" })).toEqual(["a", "b"]);
    expect(agentsOf({ agent: "a", user: "nobody" })).toEqual([]);
    expect(byKey().map(({ values }) => values.key)).toEqual(expect.arrayContaining(["ci", "ff00", null]));
  });

  test("filters by route group, and by the model and category that only usage records have", () => {
    sample.put([
      requestRow({ agentId: "a", routeGroup: "memory_search" }),
      requestRow({ agentId: "b" }),
      usageRow({ agentId: "c" }, { model: "titan", category: "embedding" }),
      usageRow({ agentId: "d" }),
    ]);
    expect(agentsOf({ route: "memory_search" })).toEqual(["a"]);
    expect(agentsOf({ model: "titan" })).toEqual(["c"]);
    expect(agentsOf({ category: "llm" })).toEqual(["d"]);
    expect(agentsOf({ category: "llm", model: "titan" })).toEqual([]);
  });
});

describe("sumsByDay", () => {
  const DAY_MS = 86_400_000;
  const daysBetween = (fromMs: number, untilMs: number, zoneOffsetMs: number): LocalDay[] => {
    const days: LocalDay[] = [];
    for (let startMs = fromMs; startMs < untilMs; startMs = days.at(-1)?.spans[0]?.untilMs ?? untilMs) {
      const day = Math.floor((startMs + zoneOffsetMs) / DAY_MS);
      const endMs = Math.min((day + 1) * DAY_MS - zoneOffsetMs, untilMs);
      days.push({ day, spans: [{ fromMs: startMs, untilMs: endMs }] });
    }
    return days;
  };
  const daysAt = (zoneOffsetMs: number, fromMs = -5 * DAY_MS, untilMs = 5 * DAY_MS) => {
    const days = daysBetween(fromMs, untilMs, zoneOffsetMs);
    return [...reader().sumsByDay(everything, [], days)].map(({ day, sums }) => [day, sums.requests]);
  };

  test.each([0, 1, 4, 32, 23, -20, 22].map((quarters) => quarters * BUCKET_MS))(
    "agrees with a calendar at an offset of %i ms",
    (offsetMs) => {
      const times = Array.from({ length: 500 }, (_, index) => NOON_MS + index * BUCKET_MS);
      sample.put(times.map((timestampMs) => requestRow({ timestampMs })));
      const expected = new Map<number, number>();
      for (const at of times.slice(3, 450)) {
        const day = Math.floor((at + offsetMs) / 86_400_000);
        expected.set(day, (expected.get(day) ?? 0) + 1);
      }
      expect(daysAt(offsetMs, NOON_MS + 3 * BUCKET_MS, NOON_MS + 450 * BUCKET_MS)).toEqual([...expected]);
    },
  );

  test("counts days from 1970 in the zone of the offset", () => {
    sample.put([0, DAY_MS - 1, DAY_MS, -1, -DAY_MS - 1].map((timestampMs) => requestRow({ timestampMs })));
    expect(daysAt(0)).toEqual([
      [-2, 1],
      [-1, 1],
      [0, 2],
      [1, 1],
    ]);
    expect(daysAt(BUCKET_MS)).toEqual([
      [-1, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(daysAt(-BUCKET_MS)).toEqual([
      [-2, 1],
      [-1, 2],
      [0, 2],
    ]);
  });
});

test("sums are told apart as asked, and no more", () => {
  sample.put([
    requestRow({ agentId: "a" }),
    requestRow({ agentId: "b", status: 500 }),
    requestRow({ agentId: "b" }),
  ]);
  const found = [...reader().sums(everything, ["agent"])];
  expect(found.map(({ values, sums }) => [values.agent, values.status, sums.requests])).toEqual([
    ["a", null, 1],
    ["b", null, 2],
  ]);
});

test("a day may come in several spans", () => {
  sample.put([0, 1, 2].map((index) => requestRow({ timestampMs: NOON_MS + index * BUCKET_MS })));
  const spanAt = (index: number) => ({
    fromMs: NOON_MS + index * BUCKET_MS,
    untilMs: NOON_MS + (index + 1) * BUCKET_MS,
  });
  const days = [
    { day: 7, spans: [spanAt(0), spanAt(2)] },
    { day: 8, spans: [spanAt(1)] },
  ];
  const found = [...reader().sumsByDay(everything, [], days)];
  expect(found.map(({ day, sums }) => [day, sums.requests])).toEqual([
    [7, 2],
    [8, 1],
  ]);
});

test("a reader that is kept knows keys that came later", () => {
  const kept = reader();
  sample.put([requestRow({ agentId: "a" })]);
  expect([...kept.sums(everything, ["agent"])]).toHaveLength(1);
  sample.put([requestRow({ agentId: "b" })]);
  expect([...kept.sums(everything, ["agent"])]).toHaveLength(2);
});

test("assumedModels are those of the selection that no record named", () => {
  sample.put([
    usageRow({}, { model: "guess" }),
    usageRow({ agentId: "z" }, { model: "guess" }),
    usageRow({}, { model: "named", modelSource: "record" }),
    usageRow({ timestampMs: 0 }, { model: "long ago" }),
  ]);
  expect(reader().assumedModels({ ...everything, fromMs: NOON_MS })).toEqual(["guess"]);
  expect(reader().assumedModels({ ...everything, filters: { agent: "nobody" } })).toEqual([]);
});

describe("span", () => {
  test("is the first and the last bucket of the selection", () => {
    expect(reader().span(everything)).toBeUndefined();
    sample.put([requestRow({ timestampMs: NOON_MS + BUCKET_MS }), requestRow({ agentId: "z" })]);
    expect(reader().span(everything)).toEqual({
      firstMs: NOON_MS,
      lastMs: NOON_MS + BUCKET_MS,
    });
    expect(reader().span({ ...everything, untilMs: NOON_MS })).toBeUndefined();
    expect(reader().span({ ...everything, filters: { agent: "nobody" } })).toBeUndefined();
  });

  test("is found to the quarter in days that have pages of their own", () => {
    const day = 96;
    const quarters = [5, 47, day + 3, 2 * day + 94, 2 * day + 95, 4 * day];
    sample.put(
      quarters.map((quarter, index) =>
        requestRow({ timestampMs: quarter * BUCKET_MS + 7, agentId: index % 5 === 0 ? "edge" : "inner" }),
      ),
    );
    expect(reader().span({ ...everything, filters: { agent: "inner" } })).toEqual({
      firstMs: 47 * BUCKET_MS,
      lastMs: (2 * day + 95) * BUCKET_MS,
    });
  });
});

describe("quartersBySlowest", () => {
  const found = (changes: Partial<BucketSelection> = {}) =>
    [...reader().quartersBySlowest({ ...everything, ...changes })].map(({ fromMs, untilMs, slowestMs }) => {
      expect(untilMs - fromMs).toBe(BUCKET_MS);
      return [(fromMs - NOON_MS) / BUCKET_MS, slowestMs];
    });

  test("are in the order of their slowest requests, the earlier of equals first", () => {
    const durations = [
      [0, 10],
      [0, 70.5],
      [1, 30],
      [200, 90],
      [203, 71],
      [300, 90],
      [301, 20],
    ] as const;
    sample.put(
      durations.map(([quarter, elapsedMs]) =>
        requestRow({
          timestampMs: NOON_MS + quarter * BUCKET_MS,
          elapsedMs,
          agentId: quarter < 201 ? "a" : "b",
        }),
      ),
    );
    sample.put([usageRow({ elapsedMs: 1_000 })]);
    expect(found()).toEqual([
      [200, 90],
      [300, 90],
      [0, 71],
      [203, 71],
      [1, 30],
      [301, 20],
    ]);
    expect(found({ filters: { agent: "b" } })).toEqual([
      [300, 90],
      [203, 71],
      [301, 20],
    ]);
    const bounds = { fromMs: NOON_MS + BUCKET_MS + 5, untilMs: NOON_MS + 203 * BUCKET_MS };
    expect(found(bounds)).toEqual([
      [200, 90],
      [1, 30],
    ]);
    expect(found({ filters: { model: "haiku" } })).toEqual([]);
  });
});
