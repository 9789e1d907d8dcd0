/**
 * Goal: keys are selected by exact values, and those that have the same values belong together.
 * Method: a table of few keys. More of it is in usage-keys.test.ts, with keys from a database.
 */
import { expect, test } from "vitest";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../src/store/bucket-query.ts";
import { KeyTable } from "../../../src/store/key-table.ts";

const everything = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS, includesSystem: true, filters: {} };

function key(agent: string, hash: string | null, alias: string | null) {
  return [null, "memory_create", "/memory/add", 200, null, hash, alias, agent, null, null, null, null];
}

test("keys are grouped by what was asked for, and -1 is the group of the others", () => {
  const table = new KeyTable();
  table.set(1, key("a", "ff", "ci"));
  table.set(2, key("b", "ff", null));
  table.set(3, key("a", null, null));
  expect(table.latestId).toBe(3);

  const byAgent = table.groups(everything, ["agent"]);
  expect(byAgent.values.map(({ agent }) => agent)).toEqual(["a", "b"]);
  expect([0, 1, 2, 3, 4].map(byAgent.groupOf)).toEqual([-1, 0, 1, 0, -1]);

  const ofKey = table.groups({ ...everything, filters: { key: "ff" } }, ["key"]);
  expect(ofKey.values.map(({ key: name }) => name)).toEqual(["ci", "ff"]);
  expect([1, 2, 3].map(ofKey.groupOf)).toEqual([0, 1, -1]);
  expect(table.groups({ ...everything, filters: { agent: "A" } }, []).values).toEqual([]);
});
