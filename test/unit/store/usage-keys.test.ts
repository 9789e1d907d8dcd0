/**
 * Goal: keys are selected and grouped by what they stand for, and those that come later are known, too.
 * Method: a database with few keys.
 */
import { expect, test } from "vitest";
import type { BucketSelection, KeyAttribute } from "../../../src/store/bucket-query.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { UsageKeys } from "../../../src/store/usage-keys.ts";
import { withDatabase } from "./sample-database.ts";
import { requestRow, usageRow } from "./sample-rows.ts";

const EVERYTHING: BucketSelection = {
  fromMs: TIME_MIN_MS,
  untilMs: TIME_MAX_MS,
  includesSystem: true,
  filters: {},
};

function groupsOf(
  keys: UsageKeys,
  attributes: readonly KeyAttribute[],
  changes: Partial<BucketSelection> = {},
) {
  const { groupOf, values } = keys.groups({ ...EVERYTHING, ...changes }, attributes);
  return {
    groups: [0, 1, 2, 3, 4].map(groupOf),
    values: values.map((one) => attributes.map((attribute) => one[attribute])),
  };
}

test("each key belongs to the group of its values", () => {
  withDatabase((database) => {
    const writer = new BucketWriter(database);
    writer.addRows([
      requestRow({ agentId: "a", status: 200, apiKeyAlias: "ci", apiKeyHash: "00" }),
      requestRow({ agentId: "b", status: 404, apiKeyHash: "00" }),
      requestRow({ agentId: null, status: 200, routeGroup: "system" }),
    ]);
    const keys = new UsageKeys(database);
    expect(groupsOf(keys, [])).toEqual({ groups: [-1, 0, 0, 0, -1], values: [[]] });
    expect(groupsOf(keys, ["status"])).toEqual({ groups: [-1, 0, 1, 0, -1], values: [[200], [404]] });
    expect(groupsOf(keys, ["agent", "key"]).values).toEqual([
      ["a", "ci"],
      ["b", "00"],
      [null, null],
    ]);
    expect(groupsOf(keys, ["agent"], { includesSystem: false }).values).toEqual([["a"], ["b"]]);
    expect(groupsOf(keys, ["agent"], { filters: { key: "00" } }).values).toEqual([["a"], ["b"]]);
    expect(groupsOf(keys, ["agent"], { filters: { key: "ci" } }).values).toEqual([["a"]]);
    expect(groupsOf(keys, ["agent"], { filters: { agent: "A" } }).values).toEqual([]);

    writer.addRows([usageRow({ agentId: "c" })]);
    expect(groupsOf(keys, ["category"]).values).toEqual([[null], ["llm"]]);
    expect(groupsOf(keys, ["agent"], { filters: { category: "llm", model: "haiku" } })).toEqual({
      groups: [-1, -1, -1, -1, 0],
      values: [["c"]],
    });
  });
});

test("a status is not taken for a text that looks like it, nor no value for a text", () => {
  withDatabase((database) => {
    new BucketWriter(database).addRows([requestRow({ agentId: null }), requestRow({ agentId: "null" })]);
    expect(groupsOf(new UsageKeys(database), ["agent", "status"]).values).toEqual([
      [null, 200],
      ["null", 200],
    ]);
  });
});
