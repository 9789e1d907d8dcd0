/**
 * Goal: `alerts` goes to its actions and says what is wrong with the rest.
 * Method: the command, run with options as yargs gives them.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alertsCommand } from "../../../src/cli/alerts.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "alerts-cli-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(action: string, config: string, others: object = {}) {
  const file = join(root, "config.yaml");
  writeFileSync(file, config);
  const terminal = new FakeTerminal();
  const code = await alertsCommand.run(
    { config: file, stateDir: root, logLevel: "silent", action, ...others } as object,
    terminal,
  );
  return { code, terminal };
}

test("list answers", async () => {
  const { code, terminal } = await run("list", "alerts: {}");
  expect([code, terminal.stdout]).toEqual([0, "No daemon has watched yet.\n"]);
});

test("test sends", async () => {
  const { code, terminal } = await run("test", "alerts: {}");
  expect([code, terminal.stdout]).toEqual([0, "ok    log (log) took the message.\n"]);
});

test("a configuration that is not valid is told, with exit code 2", async () => {
  const { code, terminal } = await run("list", "alerts: {lag: often}");
  expect(code).toBe(2);
  expect(terminal.stderr).toMatch(/alerts\.lag: expected /);
});
