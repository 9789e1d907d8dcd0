/**
 * Goal: the generated files are fresh, every key is described, no mapping takes unknown keys, and the schema for
 * editors takes what the program takes.
 * Method: compare files with what the schema gives; walk the whole schema.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  alternatives,
  configJsonSchema,
  editorJsonSchema,
  isSecretAt,
  type JsonSchema,
  knownKeysAt,
} from "../../../src/config/json-schema.ts";
import { configReference } from "../../../src/config/reference.ts";
import { SINKS } from "../../../src/sinks/table.ts";

function* everyKey(schema: JsonSchema, path: string): Generator<{ path: string; schema: JsonSchema }> {
  yield { path, schema };
  for (const choice of alternatives(schema)) {
    for (const [key, inner] of Object.entries(choice.properties ?? {}))
      yield* everyKey(inner, `${path}.${key}`);
    if (typeof choice.additionalProperties === "object")
      yield* everyKey(choice.additionalProperties, `${path}.*`);
  }
}

test("config/config.schema.json is fresh: else `npm run generate`", () => {
  expect(JSON.parse(readFileSync("config/config.schema.json", "utf8"))).toEqual(editorJsonSchema());
});

test("docs/configuration.md is fresh: else `npm run generate`", () => {
  expect(readFileSync("docs/configuration.md", "utf8")).toBe(configReference());
});

test("every key has a description", () => {
  for (const { path, schema } of everyKey(configJsonSchema(), "")) {
    if (path.endsWith("*")) continue;
    expect(schema.description, path).toMatch(/\w/);
  }
});

test("no mapping of fixed keys takes others", () => {
  for (const { path, schema } of everyKey(configJsonSchema(), "")) {
    for (const choice of alternatives(schema)) {
      if (choice.properties) expect(choice.additionalProperties, path).toBe(false);
    }
  }
});

test("every kind of sink is in the schema and in the reference", () => {
  const text = JSON.stringify(configJsonSchema());
  for (const type of Object.keys(SINKS)) {
    expect(text).toContain(`"const":"${type}"`);
    expect(configReference()).toContain(`### \`type: ${type}\``);
  }
});

test("an editor is not told that a substitution is wrong, nor about limits of the engine", () => {
  const reference = "$" + "{X}";
  const level = editorJsonSchema().properties?.["http"]?.properties?.["enabled"];
  expect(level?.type).toEqual(["boolean", "string"]);
  expect(new RegExp(level?.pattern ?? "^$").test(reference)).toBe(true);
  const wait = editorJsonSchema().properties?.["ready_lag"];
  expect(new RegExp(wait?.pattern ?? "^$").test(reference)).toBe(true);
  expect(JSON.stringify(editorJsonSchema())).not.toContain(String(Number.MAX_SAFE_INTEGER));
});

test("known keys and secrets are found by path", () => {
  expect(knownKeysAt(["source"])).toEqual(["directory", "include"]);
  expect(knownKeysAt(["sinks", "any"])).toContain("endpoints");
  expect(knownKeysAt(["sinks", "any"], () => "cloudwatch")).not.toContain("endpoints");
  expect(knownKeysAt(["nowhere"])).toEqual([]);
  expect(isSecretAt(["http", "token"])).toBe(true);
  expect(isSecretAt(["sinks", "any", "auth", "password"])).toBe(true);
  expect(isSecretAt(["http", "token", "deeper"])).toBe(true);
  expect(isSecretAt(["http", "listen"])).toBe(false);
  expect(isSecretAt(["__proto__"])).toBe(false);
});
