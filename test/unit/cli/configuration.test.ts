/**
 * Goal: a command gets its configuration from its options and the terminal's environment, or has told why not.
 * Method: a real file in a temporary folder.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { requireConfiguration } from "../../../src/cli/configuration.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "configuration-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("options win over the environment", async () => {
  const terminal = new FakeTerminal({ MEM0_AUDIT_DIR: "/environment", LLM_MODEL: "model" });
  const config = await requireConfiguration({ auditDir: "/flag" }, terminal);
  expect(config?.source.directory).toBe("/flag");
  expect(config?.models.llm).toEqual({ model: "model", source: "env" });
  expect(terminal.stderr).toBe("");
});

test("problems are told on standard error, one line each", async () => {
  const file = join(directory, "c.yaml");
  writeFileSync(file, "a: 1\nb: 2\n");
  const terminal = new FakeTerminal();
  expect(await requireConfiguration({ config: file }, terminal)).toBeUndefined();
  expect(terminal.stderr.split("\n").map((line) => line.slice(directory.length))).toEqual([
    expect.stringMatching(/^\/c\.yaml:1:1: a: unknown key/),
    expect.stringMatching(/^\/c\.yaml:2:1: b: unknown key/),
    "",
  ]);
  expect(terminal.stdout).toBe("");
});
