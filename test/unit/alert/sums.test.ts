/**
 * Goal: sums of a span hold what its users did, and nothing else.
 * Method: rows in a real store.
 */
import { afterAll, expect, test } from "vitest";
import { beginningOf, sumsOf } from "../../../src/alert/sums.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { NOON_MS, requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore } from "../store/sample-store.ts";

const HOUR_MS = 3_600_000;
const sample = makeSampleStore();
const source = new StoreUsage(sample.store.database);
afterAll(() => sample.remove());

test("nothing is zeros, and has no beginning", async () => {
  expect(await sumsOf(source, NOON_MS, NOON_MS + HOUR_MS)).toMatchObject({ requests: 0, totalPicousd: 0n });
  expect(await beginningOf(source, NOON_MS)).toBeUndefined();
});

test("requests and cost of the span alone count, system routes do not", async () => {
  const late = NOON_MS + HOUR_MS;
  sample.put([
    requestRow(),
    usageRow(),
    requestRow({ routeGroup: "system" }),
    requestRow({ timestampMs: late }),
  ]);
  const sums = await sumsOf(source, NOON_MS, late);
  expect(sums).toMatchObject({ requests: 1, usageRecords: 1, totalPicousd: 185_804_800_000n });
  expect(await beginningOf(source, late)).toBe(NOON_MS);
});

test("a part of it can be asked for", async () => {
  const late = NOON_MS + HOUR_MS;
  expect(await sumsOf(source, NOON_MS, late, { category: "llm" })).toMatchObject({
    usageRecords: 1,
    requests: 0,
  });
  expect(await sumsOf(source, NOON_MS, late, { category: "embedding" })).toMatchObject({ usageRecords: 0 });
});
