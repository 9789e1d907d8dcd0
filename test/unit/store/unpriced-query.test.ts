/**
 * Goal: models without a price are found, and no others.
 * Method: usage records of every sort in a real store.
 */
import { afterAll, expect, test } from "vitest";
import { unpricedModels } from "../../../src/store/unpriced-query.ts";
import { NOON_MS, requestRow, usageRow } from "./sample-rows.ts";
import { makeSampleStore } from "./sample-store.ts";

const sample = makeSampleStore();
afterAll(() => sample.remove());

const UNKNOWN = { status: "unpriced", priceId: undefined, totalPicousd: undefined } as const;

test("those with most records come first; missing counts and old records are not meant", () => {
  sample.put([
    requestRow(),
    usageRow(),
    usageRow({}, { ...UNKNOWN, model: "rare" }),
    usageRow({ timestampMs: NOON_MS + 900_000 }, { ...UNKNOWN, model: "often" }),
    usageRow({ agentId: "ops" }, { ...UNKNOWN, model: "often" }),
    usageRow({}, { status: "unpriced", totalPicousd: undefined, model: "counts-missing" }),
    usageRow({ timestampMs: NOON_MS - 900_000 }, { ...UNKNOWN, model: "old" }),
  ]);
  const { database } = sample.store;
  expect(unpricedModels(database, NOON_MS, 10)).toEqual([
    { model: "often", records: 2 },
    { model: "rare", records: 1 },
  ]);
  expect(unpricedModels(database, NOON_MS, 1)).toHaveLength(1);
});
