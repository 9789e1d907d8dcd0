/**
 * Goal: no text makes loading fail in any other way than with problems that have a place; no secret gets into them.
 * Method: random texts, random YAML made of the schema's own words, and mutations of the samples.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { loadConfig } from "../../src/config/load.ts";
import { configReference } from "../../src/config/reference.ts";
import { fc, runs } from "../support/properties.ts";

async function check(content: string): Promise<void> {
  const readWhole = async (path: string) => (path === "c.yaml" ? Buffer.from(content) : undefined);
  const environment = { VAR: "value", N: "5", SECRET: "geheim" };
  const loaded = await loadConfig({ file: "c.yaml", environment, files: { readWhole } });
  if (loaded.ok) return;
  expect(loaded.problems.length).toBeGreaterThan(0);
  for (const { line, column, message } of loaded.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe("");
    expect(message).not.toContain("geheim");
  }
}

const SAMPLE = readFileSync("config/opensearch.yaml", "utf8");
const WORDS = [...new Set(configReference().match(/[a-z_]{3,}/g))];
const PIECES = [
  "$" + "{VAR}",
  "$" + "{N}",
  "$" + "{SECRET}",
  "$" + "{file:/x}",
  "&a",
  "*a",
  "!!binary",
  "__proto__",
  "- ",
  ": ",
  "? ",
  "[",
  "]",
  "{",
  "}",
  "\t",
  "\n  ",
  "|",
  ">",
  "'",
  '"',
  "<<",
  "#",
  "\0",
  "\ud800",
];

test("any text is loaded or refused with a place", async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), check), runs(300));
});

test("any pieces of YAML are loaded or refused with a place", async () => {
  const piece = fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...WORDS), fc.constantFrom("\n", " "));
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
  await fc.assert(fc.asyncProperty(text, check), runs(500));
});

test("any values under known keys are loaded or refused with a place", async () => {
  const key = fc.constantFrom(
    "source",
    "state_dir",
    "labels",
    "models",
    "pricing",
    "redact",
    "redact_key",
    "store",
    "sinks",
    "http",
    "log",
    ...WORDS,
    "__proto__",
    "constructor",
  );
  const leaf = fc.oneof(
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(...PIECES, "hash", "opensearch", "5s"),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
    ),
  }));
  const text = fc.dictionary(key, tree, { maxKeys: 5 }).map((value) => stringify(value));
  await fc.assert(fc.asyncProperty(text, check), runs(500));
});

test("a sample with a piece cut out or put in is loaded or refused with a place", async () => {
  const at = fc.nat({ max: SAMPLE.length });
  const inserted = fc.oneof(fc.constant(""), fc.constantFrom(...PIECES), fc.string({ maxLength: 10 }));
  const text = fc
    .tuple(at, fc.nat({ max: 40 }), inserted)
    .map(([start, length, piece]) => SAMPLE.slice(0, start) + piece + SAMPLE.slice(start + length));
  await fc.assert(fc.asyncProperty(text, check), runs(500));
});
