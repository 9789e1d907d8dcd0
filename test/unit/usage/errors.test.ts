/**
 * Goal: the error rate, and where the errors are.
 * Method: a real database with few rows.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { errorsAnswer } from "../../../src/usage/errors.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { TimeZone } from "../../../src/usage/time-zone.ts";
import { requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

const source = () => new StoreUsage(sample.store.database);
const question = {
  period: { since: undefined, until: undefined },
  zone: TimeZone.find("UTC") as TimeZone,
  includesSystem: false,
};

test("errors are counted by status and path, the most frequent first, over all agents", async () => {
  const update = { urlTemplate: "/memory/{memory_id}" };
  sample.put([
    requestRow(),
    usageRow(),
    requestRow({ status: 429, agentId: "a" }),
    requestRow({ status: 429, agentId: "b" }),
    requestRow({ status: 404, ...update }),
    requestRow({ status: 500, urlTemplate: null }),
    requestRow({ status: 404 }),
    requestRow({ status: 500, routeGroup: "system", urlTemplate: "/health" }),
  ]);
  expect(await errorsAnswer(source(), question)).toEqual({
    total: 6,
    errors: 5,
    rate: 5 / 6,
    rows: [
      { status: 429, path: "/memory/add", requests: 2 },
      { status: 404, path: "/memory/add", requests: 1 },
      { status: 404, path: "/memory/{memory_id}", requests: 1 },
      { status: 500, path: null, requests: 1 },
    ],
  });
  expect(await errorsAnswer(source(), { ...question, includesSystem: true })).toMatchObject({
    total: 7,
    errors: 6,
  });
});

test("without data there are no errors and no rate", async () => {
  const nothing = { total: 0, errors: 0, rate: 0, rows: [] };
  expect(await errorsAnswer(source(), question)).toEqual(nothing);
});
