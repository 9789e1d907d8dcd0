/**
 * Goal: alerts ask the store with the prices and budgets that are in force, also after a reload.
 * Method: a real store, and configurations that change.
 */
import { afterAll, expect, test } from "vitest";
import { storeQuestions } from "../../../src/daemon/alert-questions.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { configOf } from "../config/loading.ts";
import { NOON_MS, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore } from "../store/sample-store.ts";

const sample = makeSampleStore();
afterAll(() => sample.remove());

test("models, prices and budgets", async () => {
  sample.put([
    usageRow(),
    usageRow({}, { model: "mystery", status: "unpriced", priceId: undefined, totalPicousd: undefined }),
  ]);
  let config = await configOf("{}");
  const questions = storeQuestions(sample.store.database, () => config, systemClock);
  expect(questions.unpricedModels(NOON_MS, 10)).toEqual([{ model: "mystery", records: 1 }]);
  expect(questions.isPriced("mystery")).toBe(false);
  expect(await questions.budgets(NOON_MS)).toEqual([]);

  const price = { input_cost_per_million: "1", output_cost_per_million: "1" };
  config = await configOf(
    JSON.stringify({
      pricing: { overrides: { mystery: price } },
      budgets: [{ name: "day", period: "day", amount_usd: "0.10" }],
    }),
  );
  expect(questions.isPriced("mystery")).toBe(true);
  expect(await questions.budgets(NOON_MS)).toMatchObject([{ budget: "day", crossed: [0.5, 0.8, 1] }]);
});
