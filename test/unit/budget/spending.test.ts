/**
 * Goal: what was spent is told apart by who and by category, and each question is put once.
 * Method: a real database with few rows, behind a source that remembers its questions.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BudgetScope } from "../../../src/budget/budget.ts";
import { Spending } from "../../../src/budget/spending.ts";
import type { UsageSource } from "../../../src/usage/source.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { NOON_MS, requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";
import { UTC } from "./sample-budget.ts";

const SPAN = { fromMs: NOON_MS, untilMs: NOON_MS + 3_600_000 };

let sample: SampleStore;
let questions: (readonly string[])[];
let spending: Spending;
beforeEach(() => {
  sample = makeSampleStore();
  questions = [];
  const store = new StoreUsage(sample.store.database);
  const source = {
    groups: (...[selection, by]: Parameters<UsageSource["groups"]>) => {
      questions.push(by);
      return store.groups(selection, by);
    },
  } as UsageSource;
  spending = new Spending(source, UTC);
});
afterEach(() => sample.remove());

async function amounts(scope: BudgetScope, ...categories: ("llm" | "embedding" | "system")[]) {
  const sums = await spending.byValue(scope, SPAN, categories);
  return Object.fromEntries([...sums].map(([value, { totalPicousd }]) => [String(value), totalPicousd]));
}

test("is told apart by value and category", async () => {
  sample.put([
    usageRow({ agentId: "a" }, { totalPicousd: 1n }),
    usageRow({ agentId: "a" }, { totalPicousd: 20n, category: "embedding" }),
    usageRow({ agentId: "b", userId: "研究" }, { totalPicousd: 300n, category: "system" }),
    usageRow({ agentId: null }, { totalPicousd: 4000n }),
    usageRow({ timestampMs: NOON_MS - 1 }, { totalPicousd: 50_000n }),
    usageRow({ timestampMs: SPAN.untilMs }, { totalPicousd: 600_000n }),
    usageRow({ agentId: "health", routeGroup: "system" }, { totalPicousd: 7_000_000n }),
    requestRow({ agentId: "never paid" }),
  ]);
  expect(await amounts("agent", "llm", "embedding", "system")).toEqual({
    a: 21n,
    b: 300n,
    health: 7_000_000n,
  });
  expect(await amounts("agent", "embedding")).toEqual({ a: 20n });
  expect(await amounts("user", "llm", "system")).toEqual({ boss: 7_004_001n, 研究: 300n });
  expect(await amounts("all", "llm", "embedding", "system")).toEqual({ null: 7_004_321n });
  expect(await amounts("organization", "llm")).toEqual({});
});

test("a key is known by its alias, else by its hash", async () => {
  sample.put([
    usageRow({ apiKeyHash: "h1", apiKeyAlias: "ci" }, { totalPicousd: 1n }),
    usageRow({ apiKeyHash: "h2" }, { totalPicousd: 20n }),
  ]);
  expect(await amounts("key", "llm")).toEqual({ ci: 1n, h2: 20n });
});

test("is asked for once for each scope and span", async () => {
  await Promise.all([amounts("agent", "llm"), amounts("agent", "embedding"), amounts("all", "llm")]);
  await amounts("agent", "llm", "system");
  expect(questions).toEqual([["category", "agent"], ["category"]]);
  await spending.byValue("agent", { ...SPAN, untilMs: SPAN.untilMs + 1 }, ["llm"]);
  expect(questions).toHaveLength(3);
});
