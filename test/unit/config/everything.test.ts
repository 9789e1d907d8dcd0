/**
 * Goal: config/everything.yaml names every key that a configuration can have.
 * Method: walk the schema and the file side by side; a key is there if one of the places where it may stand has it.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configJsonSchema, type JsonSchema } from "../../../src/config/json-schema.ts";

/** The keys of the schema that none of `values`, all found in its place, has. */
function missingKeys(schema: JsonSchema, values: readonly unknown[], path: string): string[] {
  const kinds = schema.oneOf ?? schema.anyOf ?? [];
  if (kinds.length > 0) return kinds.flatMap((kind) => missingKeys(kind, values.filter(isOf(kind)), path));
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const found = objects(values).filter((value) => Object.hasOwn(value, key));
    if (found.length === 0) return [`${path}.${key}`];
    const below = found.map((value) => value[key]);
    return missingKeys(inner, below, `${path}.${key}`);
  });
  const { additionalProperties, items } = schema;
  const others =
    typeof additionalProperties === "object"
      ? missingKeys(additionalProperties, objects(values).flatMap(Object.values), `${path}.*`)
      : [];
  return [...named, ...others, ...(items === undefined ? [] : missingKeys(items, values.flat(), path))];
}

function objects(values: readonly unknown[]): Record<string, unknown>[] {
  return values.filter((value) => typeof value === "object" && value !== null) as Record<string, unknown>[];
}

/** Whether a value is of this kind of sink; of kinds that are not told apart by `type` every value may be. */
function isOf(kind: JsonSchema): (value: unknown) => boolean {
  const type = kind.properties?.["type"]?.const;
  return (value) => type === undefined || objects([value])[0]?.["type"] === type;
}

/** Keys that exclude others of a section which can be there once only: they stand in a comment. */
const IN_COMMENTS = [".bodies.directory", ".bodies.sse.customer_key"];

test("every key of the schema stands in it", () => {
  const text = readFileSync("config/everything.yaml", "utf8");
  expect(missingKeys(configJsonSchema(), [parse(text)], "").sort()).toEqual(IN_COMMENTS);
  for (const key of IN_COMMENTS) expect(text).toMatch(new RegExp(`#.* ${key.split(".").at(-1)}: `));
});
