/**
 * Goal: a substituted text becomes what the schema expects there, and nothing else changes.
 * Method: a small schema; data with texts in the place of numbers and booleans.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import { coerceSubstituted } from "../../../src/config/coerce.ts";

const SCHEMA = z.object({
  count: z.int(),
  rate: z.number(),
  on: z.boolean(),
  mode: z.literal(["auto", true, false]),
  name: z.string(),
});
const TEXTS = { count: "5", rate: "-0.5", on: "true", mode: "false", name: "7" };

function coerce(root: Record<string, unknown>, isSubstituted: boolean): boolean {
  const issues = SCHEMA.safeParse(root).error?.issues ?? [];
  return coerceSubstituted(root, issues, () => isSubstituted);
}

test("texts become numbers, booleans and choices where those are expected", () => {
  const root = { ...TEXTS };
  expect(coerce(root, true)).toBe(true);
  expect(SCHEMA.parse(root)).toEqual({ count: 5, rate: -0.5, on: true, mode: false, name: "7" });
});

test("texts that were written in the file stay texts", () => {
  const root = { ...TEXTS };
  expect(coerce(root, false)).toBe(false);
  expect(root).toEqual(TEXTS);
});

test.each(["", "five", "0x10", "1e3", "Infinity", "NaN", " 5"])("%j is no number", (text) => {
  const root = { ...TEXTS, count: text };
  coerce(root, true);
  expect(root.count).toBe(text);
});
