/**
 * Goal: the Python module of deploy/mem0 counts what the real mem0 calls, in both of its generations.
 * Method: its tests in test/mem0 run in an environment with the real packages; each says itself how it tests. The change
 * to the service's file is made to the lines that the package's page shows.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MEM0_1, mem0IfPossible } from "../support/servers/mem0.ts";

const python = await mem0IfPossible();

describe.skipIf(python === undefined)("the module for the memory service", () => {
  it("passes its tests, with mem0 2.x", async () => {
    const said = await python?.test(["discover"]);
    expect(said).toMatch(/^Ran [1-9]\d* tests in .*\n\nOK$/m);
  });

  it(`counts all calls of mem0 ${MEM0_1}, too`, async () => {
    const said = await python?.test(["test_memory"], python.mem01);
    expect(said).toMatch(/^Ran [1-9]\d* tests in .*\n\nOK$/m);
  });
});

it("changes the service's lines as its page shows", () => {
  const [, diff = ""] = /```diff\n([\s\S]*?)```/.exec(readFileSync("deploy/mem0/README.md", "utf8")) ?? [];
  const linesBut = (sign: string) =>
    diff.replace(new RegExp(`^\\${sign}.*\n`, "gm"), "").replace(/^[-+ ]/gm, "");
  const changed = execFileSync("sed", ["-f", "deploy/mem0/server.sed"], { input: linesBut("+") });
  expect(diff).toContain("+app.add_middleware");
  expect(changed.toString()).toBe(linesBut("-"));
});
