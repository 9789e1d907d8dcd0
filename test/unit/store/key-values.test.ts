/**
 * Goal: each value that one can ask for is named, once.
 * Method: a real database with few rows.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyValues } from "../../../src/store/key-values.ts";
import { requestRow, usageRow } from "./sample-rows.ts";
import { makeSampleStore, type SampleStore } from "./sample-store.ts";

let sample: SampleStore;
beforeEach(() => {
  sample = makeSampleStore();
});
afterEach(() => sample.remove());

test("values come once, in alphabetical order, and no more than asked for", () => {
  sample.put([
    requestRow({ agentId: "b" }),
    requestRow({ agentId: "a" }),
    requestRow({ agentId: "a", status: 500 }),
    requestRow({ agentId: null }),
    usageRow({ agentId: "c" }),
  ]);
  expect(keyValues(sample.store.database, ["agent_id"], 10)).toEqual(["a", "b", "c"]);
  expect(keyValues(sample.store.database, ["agent_id"], 2)).toEqual(["a", "b"]);
  expect(keyValues(sample.store.database, ["model"], 10)).toEqual(["haiku"]);
});

test("a key is named by its alias, and by its hash only without one", () => {
  sample.put([
    requestRow({ apiKeyAlias: "ci", apiKeyHash: "ff00" }),
    requestRow({ apiKeyAlias: null, apiKeyHash: "aa11" }),
  ]);
  expect(keyValues(sample.store.database, ["api_key_alias", "api_key_hash"], 10)).toEqual(["aa11", "ci"]);
});
