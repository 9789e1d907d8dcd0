/**
 * Goal: prices and factors keep their decimal text.
 * Method: tables of what is taken and refused.
 */
import { expect, test } from "vitest";
import { multiplier, usdPerMillionTokens } from "../../../src/config/rate.ts";

test.each([
  ["0.80", "0.80"],
  [0.8, "0.8"],
  [3, "3"],
  ["0", "0"],
  [0.000001, "0.000001"],
])("the price %j is %s", (written, text) => {
  expect(usdPerMillionTokens.parse(written)).toBe(text);
});

test.each([-1, 1e-7, "1e3", "0,80", "$1", "", " 1", Number.NaN, true, null])("%j is no price", (written) => {
  expect(usdPerMillionTokens.safeParse(written).success).toBe(false);
});

test("a multiplier is above zero", () => {
  expect(multiplier.parse("0.9")).toBe("0.9");
  expect(multiplier.safeParse(0).error?.issues[0]?.message).toContain("expected a factor above 0");
});
