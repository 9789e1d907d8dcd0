/**
 * Goal: budgets are read exactly, and what cannot be meant is refused with its place.
 * Method: whole configurations, loaded and printed.
 */
import { expect, test } from "vitest";
import { budgetsOf } from "../../../src/config/budgets.ts";
import { printConfig } from "../../../src/config/print.ts";
import { configOf, problemsOf } from "./loading.ts";

const USD = 1_000_000_000_000n;

test("there is none unless it is said", async () => {
  expect(budgetsOf(await configOf(""))).toEqual([]);
});

test("the shortest budget is everybody's, and has all the defaults", async () => {
  const config = await configOf('budgets: [{name: all of it, period: month, amount_usd: "50"}]');
  expect(budgetsOf(config)).toEqual([
    {
      name: "all of it",
      scope: "all",
      each: true,
      period: "month",
      amountPicousd: 50n * USD,
      thresholds: [0.5, 0.8, 1],
      categories: ["llm", "embedding", "system"],
      overrides: new Map(),
    },
  ]);
});

test("the longest budget has what it says, names in any script", async () => {
  const config = await configOf(`
budgets:
  - name: 研究
    scope: agent
    each: false
    period: week
    amount_usd: 12.5
    thresholds: [1.0, 1.5]
    categories: [embedding]
    overrides: {dev: "0.000000000001", "агент": 7, 12: "3"}
`);
  expect(budgetsOf(config)).toEqual([
    {
      name: "研究",
      scope: "agent",
      each: false,
      period: "week",
      amountPicousd: 12_500_000_000_000n,
      thresholds: [1, 1.5],
      categories: ["embedding"],
      overrides: new Map([
        ["12", 3n * USD],
        ["dev", 1n],
        ["агент", 7n * USD],
      ]),
    },
  ]);
});

test("is printed as it would be written", async () => {
  const text = printConfig(
    await configOf('budgets: [{name: a, scope: user, period: day, amount_usd: "5.50", overrides: {u: 1}}]'),
  );
  expect(text).toContain('amount_usd: "5.5"');
  expect(budgetsOf(await configOf(text))).toEqual(
    budgetsOf(
      await configOf("budgets: [{name: a, scope: user, period: day, amount_usd: 5.5, overrides: {u: 1}}]"),
    ),
  );
});

const VALUES = "needs a scope with values (agent, user, organization, key), found the scope all";

test.each([
  [
    "{name: a, period: day, amount_usd: 1}, {name: a, period: day, amount_usd: 2}",
    '1:57: budgets[1].name: expected a name that no budget before it has, found "a"',
  ],
  [
    "{name: a, period: day, amount_usd: 1, each: true}",
    `1:55: budgets[0].each: each ${VALUES}; leave each out or choose another scope`,
  ],
  [
    "{name: a, scope: all, period: day, amount_usd: 1, overrides: {x: 1}}",
    `1:72: budgets[0].overrides: overrides ${VALUES}; leave overrides out or choose another scope`,
  ],
  [
    "{name: a, scope: agnt, period: day, amount_usd: 1}",
    '1:28: budgets[0].scope: expected one of all, agent, user, organization, key, found "agnt"; did you mean agent?',
  ],
  [
    "{name: a, period: year, amount_usd: 1}",
    '1:29: budgets[0].period: expected one of day, week, month, found "year"',
  ],
  [
    "{name: a, period: day, amount_usd: 0}",
    '1:46: budgets[0].amount_usd: expected US dollars above 0 with up to 12 decimals, like "50" or "0.25", found "0"',
  ],
  [
    "{name: a, scope: key, period: day, amount_usd: 1, overrides: {x: '0'}}",
    '1:76: budgets[0].overrides.x: expected US dollars above 0 with up to 12 decimals, like "50" or "0.25", found "0"',
  ],
  [
    "{name: a, period: day, amount_usd: 1, thresholds: [0.5, 0.5]}",
    "1:67: budgets[0].thresholds[1]: expected more than the threshold before it (0.5), found 0.5",
  ],
  [
    "{name: a, period: day, amount_usd: 1, thresholds: [0]}",
    "1:62: budgets[0].thresholds[0]: expected at least 0.01, found 0",
  ],
  [
    "{name: a, period: day, amount_usd: 1, categories: []}",
    "1:61: budgets[0].categories: expected at least one entry, found a list",
  ],
  [
    "{name: a, period: day, amount_usd: 1, categories: [llms]}",
    '1:62: budgets[0].categories[0]: expected one of llm, embedding, system, found "llms"; did you mean llm?',
  ],
])("%s is refused", async (written, problem) => {
  expect(await problemsOf(`budgets: [${written}]`)).toEqual([`config.yaml:${problem}`]);
});
