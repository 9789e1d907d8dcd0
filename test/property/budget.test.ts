/**
 * Goal: whatever was spent by whom and when, budgets add up: the values of a scope to everybody, more records to
 * no less, and the source of the answer makes no difference to what a calendar says.
 * Method: random records in a store in memory, against sums made by hand.
 */

import { expect, it } from "vitest";
import type { Budget, BudgetScope } from "../../src/budget/budget.ts";
import { type BudgetStatus, budgetStatuses } from "../../src/budget/status.ts";
import { COST_CATEGORIES } from "../../src/cost/cost.ts";
import { BucketWriter } from "../../src/store/bucket-writer.ts";
import { openStoreInMemory } from "../../src/store/open.ts";
import type { StoreRow } from "../../src/store/row.ts";
import { StoreUsage } from "../../src/usage/store-source.ts";
import { dayName } from "../../src/usage/time-zone.ts";
import { fc, runs } from "../support/properties.ts";
import { budget, zoneOf } from "../unit/budget/sample-budget.ts";
import { NOON_MS, usageRow } from "../unit/store/sample-rows.ts";

const DAY_MS = 86_400_000;
const RUNS = runs(60);
const SCOPES: readonly BudgetScope[] = ["agent", "user", "organization", "key"];

const name = fc.constantFrom("dev", "Dev", "研究", "агент", "e\u0301", "\u00e9", "__proto__", " ");

const record = fc
  .record({
    agentId: name,
    userId: name,
    organizationId: name,
    apiKeyHash: name,
    timestampMs: fc.integer({ min: NOON_MS - 40 * DAY_MS, max: NOON_MS + DAY_MS }),
    category: fc.constantFrom(...COST_CATEGORIES),
    totalPicousd: fc.option(fc.bigInt(0n, 10n ** 15n), { freq: 10 }),
  })
  .map(({ category, totalPicousd, ...row }): StoreRow => {
    const isPriced = totalPicousd !== null;
    const cost = { category, totalPicousd: totalPicousd ?? undefined };
    return usageRow(row, isPriced ? cost : { ...cost, status: "unpriced", priceId: undefined });
  });

const zone = fc
  .constantFrom("UTC", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu")
  .map(zoneOf);
const period = fc.constantFrom("day", "week", "month");
const categories = fc.uniqueArray(fc.constantFrom(...COST_CATEGORIES), { minLength: 1 });

/** How budgets stand at noon, once these rows are in. */
async function statusesOf(
  rows: readonly StoreRow[],
  budgets: readonly Budget[],
  inZone: ReturnType<typeof zoneOf>,
): Promise<readonly BudgetStatus[]> {
  const database = openStoreInMemory();
  const source = new StoreUsage(database);
  try {
    database.transaction(() => new BucketWriter(database).addRows(rows));
    return await budgetStatuses(source, budgets, NOON_MS, inZone);
  } finally {
    await source.close();
  }
}

function sum(statuses: readonly BudgetStatus[], figure: (status: BudgetStatus) => bigint): bigint {
  return statuses.reduce((total, status) => total + figure(status), 0n);
}

it("the values of each scope add up to everybody, money and doubts alike", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record), zone, period, categories, async (rows, inZone, kind, counted) => {
      const common = { period: kind, categories: counted };
      const scoped = SCOPES.map((scope) => budget({ ...common, scope, name: scope }));
      const [all, ...others] = await statusesOf(rows, [budget(common), ...scoped], inZone);
      for (const scope of SCOPES) {
        const values = others.filter((status) => status.scope === scope);
        expect(sum(values, ({ spentPicousd }) => spentPicousd)).toBe(all?.spentPicousd);
        expect(sum(values, ({ unpricedRecords }) => BigInt(unpricedRecords))).toBe(
          BigInt(all?.unpricedRecords ?? 0),
        );
        expect(values.some(({ partial }) => partial)).toBe(all?.partial);
        expect(new Set(values.map(({ value }) => value)).size).toBe(values.length);
      }
    }),
    RUNS,
  );
});

it("what is spent is what the records of the period's days cost", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record), zone, period, categories, async (rows, inZone, kind, counted) => {
      const [all] = await statusesOf(rows, [budget({ period: kind, categories: counted })], inZone);
      const { start = "", end = "" } = all?.period ?? {};
      const expected = rows
        .filter(({ cost }) => cost !== undefined && counted.includes(cost.category))
        .filter(({ timestampMs }) => {
          const day = dayName(inZone.dayOf(timestampMs));
          return start <= day && day <= end;
        })
        .reduce((total, { cost }) => total + (cost?.totalPicousd ?? 0n), 0n);
      expect(all?.spentPicousd).toBe(expected);
    }),
    RUNS,
  );
});

it("more records never mean less spent, or a threshold less", async () => {
  const rows = fc.array(record);
  await fc.assert(
    fc.asyncProperty(rows, rows, zone, period, async (first, more, inZone, kind) => {
      const budgets = [budget({ period: kind }), budget({ period: kind, scope: "agent", name: "agents" })];
      const before = await statusesOf(first, budgets, inZone);
      const after = await statusesOf([...first, ...more], budgets, inZone);
      for (const status of before) {
        const later = after.find((one) => one.budget === status.budget && one.value === status.value);
        expect(later?.spentPicousd).toBeGreaterThanOrEqual(status.spentPicousd);
        expect(later?.crossed).toEqual(expect.arrayContaining([...status.crossed]));
      }
    }),
    RUNS,
  );
});
