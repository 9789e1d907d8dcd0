// Goal: a model without a price is warned about once a day. Method: records in sequence.
import { expect, it } from "vitest";
import type { Cost } from "../../../src/cost/cost.ts";
import { UnpricedModels } from "../../../src/cost/unpriced-models.ts";

const unpriced = { status: "unpriced", model: "a", priceId: undefined } as Cost;

it("warns once per model and day", () => {
  const models = new UnpricedModels();
  expect(models.isFirstToday(unpriced, "2026-04-03")).toBe(true);
  expect(models.isFirstToday(unpriced, "2026-04-03")).toBe(false);
  expect(models.isFirstToday({ ...unpriced, model: "b" }, "2026-04-03")).toBe(true);
  expect(models.isFirstToday(unpriced, "2026-04-04")).toBe(true);
});

it("does not warn about a priced record, nor about a model whose record lacks its tokens", () => {
  const models = new UnpricedModels();
  expect(models.isFirstToday({ ...unpriced, status: "priced", priceId: "0123456789ab" }, "2026-04-03")).toBe(
    false,
  );
  expect(models.isFirstToday({ ...unpriced, priceId: "0123456789ab" }, "2026-04-03")).toBe(false);
});

it("stops after a hundred models in a day", () => {
  const models = new UnpricedModels();
  const warned = Array.from({ length: 150 }, (_, number) =>
    models.isFirstToday({ ...unpriced, model: `model-${number}` }, "2026-04-03"),
  );
  expect(warned.filter(Boolean)).toHaveLength(100);
  expect(models.isFirstToday(unpriced, "2026-04-04")).toBe(true);
});
