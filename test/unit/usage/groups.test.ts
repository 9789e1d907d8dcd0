/**
 * Goal: parts of one group come together, others stay apart.
 * Method: parts whose values look alike.
 */
import { expect, test } from "vitest";
import { GroupSums } from "../../../src/usage/groups.ts";
import { emptyUsageSums } from "../../../src/usage/sums.ts";

test("groups are told apart by all their values and by the type of each", () => {
  const groups = new GroupSums();
  const requests = (count: number) => ({ ...emptyUsageSums(), requests: count });
  groups.add(["a", 200], requests(1));
  groups.add(["a", "200"], requests(2));
  groups.add([null, 200], requests(4));
  groups.add(["a", 200], requests(8));
  expect(groups.all().map(({ values, sums }) => [...values, sums.requests])).toEqual([
    ["a", 200, 9],
    ["a", "200", 2],
    [null, 200, 4],
  ]);
});

test("what is added is not changed later", () => {
  const groups = new GroupSums();
  const sums = { ...emptyUsageSums(), requests: 1 };
  groups.add([], sums);
  groups.add([], sums);
  expect(sums.requests).toBe(1);
});

test("without parts there is no group", () => {
  expect(new GroupSums().all()).toEqual([]);
});
