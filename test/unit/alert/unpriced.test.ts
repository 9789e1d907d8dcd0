/**
 * Goal: one alert for each model without a price, until it has one.
 * Method: lists of models, and what has a price by now.
 */
import { expect, test } from "vitest";
import { judgeUnpriced } from "../../../src/alert/unpriced.ts";

test("each model is an alert of its own, told once", () => {
  const models = [
    { model: "mystery", records: 3 },
    { model: "priced-by-now", records: 2 },
  ];
  const { findings, others, repetition } = judgeUnpriced(models, (model) => model === "priced-by-now");
  expect(findings.map(({ fingerprint, value }) => `${fingerprint} ${value}`)).toEqual(["unpriced:mystery 3"]);
  expect(repetition).toBe("never");
  expect(others.level).toBe("clear");
});
