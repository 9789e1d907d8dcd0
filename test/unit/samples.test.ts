/**
 * Goal: every sample in config/ loads, and a person who copies it meets no surprise.
 * Method: load each with the environment and the secret files that it names.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { printConfig } from "../../src/config/print.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { SINKS } from "../../src/sinks/table.ts";

const SAMPLES = readdirSync("config").filter((name) => name.endsWith(".yaml"));
const SECRET = "a-secret-of-the-test";

async function load(name: string) {
  const text = readFileSync(`config/${name}`);
  const readWhole = async (path: string) => (path === name ? text : Buffer.from(`${SECRET}\n`));
  const environment = { REDACT_KEY: SECRET };
  return await loadConfig({ file: name, environment, files: { readWhole } });
}

describe.each(SAMPLES)("config/%s", (name) => {
  test("loads without problems and warnings", async () => {
    const loaded = await load(name);
    expect(loaded.ok ? loaded.warnings : loaded.problems.map(formatProblem)).toEqual([]);
  });

  test("starts with the line that editors look for", () => {
    expect(readFileSync(`config/${name}`, "utf8")).toMatch(
      /^# yaml-language-server: \$schema=\.\/config\.schema\.json\n/,
    );
  });

  test("shows none of its secrets when printed", async () => {
    const loaded = await load(name);
    expect(loaded.ok && printConfig(loaded.config)).not.toContain(SECRET);
  });
});

test("there is a sample for every kind of sink", () => {
  expect(SAMPLES).toEqual(
    expect.arrayContaining(["local.yaml", ...Object.keys(SINKS).map((type) => `${type}.yaml`)]),
  );
});
