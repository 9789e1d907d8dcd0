/**
 * Goal: every dimension reads its own value, and from what the sums are told apart by.
 * Method: sums by the dimension's attribute alone, of one row in which all values differ.
 */
import { expect, test } from "vitest";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import { BucketReader } from "../../../src/store/bucket-reader.ts";
import {
  attributesOf,
  columnsOf,
  DIMENSIONS,
  dimensionValue,
  isDimension,
} from "../../../src/usage/dimension.ts";
import { usageRow } from "../store/sample-rows.ts";
import { makeSampleStore } from "../store/sample-store.ts";

test("each dimension has its value from its own columns", () => {
  const sample = makeSampleStore();
  sample.put([usageRow({ status: 201, organizationId: "o", apiKeyHash: "ff00", apiKeyAlias: "ci" })]);
  const selection = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS, includesSystem: true, filters: {} };
  const values = DIMENSIONS.flatMap((dimension) => {
    if (dimension === "day") return [];
    const [found] = new BucketReader(sample.store.database).sums(selection, attributesOf([dimension]));
    return [[dimension, found && dimensionValue(found.values, dimension)]];
  });
  expect(Object.fromEntries(values)).toEqual({
    agent: "dev",
    user: "boss",
    path: "/memory/add",
    route: "memory_create",
    model: "haiku",
    category: "llm",
    organization: "o",
    key: "ci",
    status: 201,
  });
  sample.remove();
});

test("sums by columns have columns for each dimension that a key has", () => {
  expect(columnsOf(["agent", "day", "key"])).toEqual(["agent_id", "api_key_alias", "api_key_hash"]);
});

test("the day needs no column, and other words are no dimension", () => {
  expect(columnsOf(["day"])).toEqual([]);
  expect([isDimension("day"), isDimension("agent_id"), isDimension("toString")]).toEqual([
    true,
    false,
    false,
  ]);
});
