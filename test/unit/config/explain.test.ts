/**
 * Goal: what a schema refuses becomes a sentence with what was expected and what was found.
 * Method: small schemas that make every kind of issue.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import { explain, valueAt } from "../../../src/config/explain.ts";

function sentences(schema: z.ZodType, value: unknown): readonly string[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues
    .flatMap((issue) => explain(issue, { value, originalAt: () => undefined }))
    .map(({ message }) => message);
}

test.each([
  [z.int(), 1.5, "expected a whole number, found 1.5"],
  [z.number().min(1), 0, "expected at least 1, found 0"],
  [z.number().positive(), 0, "expected more than 0, found 0"],
  [z.number().max(5), 6, "expected at most 5, found 6"],
  [z.string().max(3), "long", 'expected at most 3 characters, found "long"'],
  [z.array(z.string()).min(1), [], "expected at least one entry, found a list"],
  [z.array(z.string()), "text", 'expected a list, found "text"'],
  [z.url(), "no url", 'expected a URL like https://host:9200, found "no url"'],
  [z.union([z.string(), z.number()]), true, "expected a text or a number, found true"],
  [
    z.union([z.number(), z.array(z.number())]),
    ["5"],
    'expected a number, found "5"; write it without quotes',
  ],
  [z.string(), { a: 1 }, "expected a text, found a mapping"],
  [z.string(), undefined, "expected a text, found nothing"],
  [z.string().min(200), "x".repeat(100), `expected at least 200 characters, found "${"x".repeat(80)}..."`],
  [
    z.literal("https://me:pw@host"),
    "https://you:pw@host",
    expect.stringContaining('found "https://********@host"'),
  ],
  [z.boolean().refine(() => false, "this is not possible here"), true, "this is not possible here"],
])("case %#", (schema, value, sentence) => {
  expect(sentences(schema, value)).toEqual([sentence]);
});

test("a value is found by its path, and what objects inherit is none", () => {
  expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
  expect(valueAt({ a: 1 }, ["a", "b"])).toBeUndefined();
  expect(valueAt({}, ["constructor"])).toBeUndefined();
});
