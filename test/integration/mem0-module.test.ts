/**
 * Goal: the Python module of deploy/mem0 counts what the real mem0 calls, in both of its generations.
 * Method: its tests in test/mem0 run in an environment with the real packages; each says itself how it tests.
 */
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
