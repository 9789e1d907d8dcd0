/**
 * Goal: `run` takes its options, and says what is wrong with them before anything starts.
 * Method: the command line with a terminal that remembers; what runs is tested with run-daemon.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { requestLine } from "../../support/documents.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let root = "";
let terminal: FakeTerminal;
let folders: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "run-"));
  terminal = new FakeTerminal();
  folders = [
    "--audit-dir",
    join(root, "audit_logs"),
    "--state-dir",
    join(root, "state"),
    "--log-level",
    "silent",
  ];
  mkdirSync(join(root, "audit_logs"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("run --once ships into the embedded store without any configuration", async () => {
  writeFileSync(join(root, "audit_logs", "audit-2026-04-03.jsonl"), `${requestLine()}\n`);
  expect(await runCommandLine(["run", "--once", ...folders], terminal)).toBe(0);
  const status = new FakeTerminal();
  expect(await runCommandLine(["status", "--json", ...folders], status)).toBe(0);
  expect(JSON.parse(status.stdout).sinks).toMatchObject([{ name: "local", lag_bytes: 0 }]);
});

test("run is what happens without a command", async () => {
  expect(await runCommandLine(["--once", ...folders], terminal)).toBe(0);
});

test.each(["soon", "5", "1 hour and a bit"])(
  "a timeout of %s is refused with what would be right",
  async (timeout) => {
    expect(await runCommandLine(["run", "--once", "--timeout", timeout, ...folders], terminal)).toBe(2);
    expect(terminal.stderr).toMatch(/timeout/);
  },
);

test.each([[["run"]], [[]]])("a timeout without --once is refused after %j", async (words) => {
  expect(await runCommandLine([...words, "--timeout", "5m", ...folders], terminal)).toBe(2);
  expect(terminal.stderr).toBe(
    "--timeout: expected it with --once alone; without it nothing ends by itself\n",
  );
});

test("an invalid configuration is refused before anything starts", async () => {
  const file = join(root, "config.yaml");
  writeFileSync(file, "sources: {}\n");
  expect(await runCommandLine(["run", "--once", "-c", file], terminal)).toBe(2);
  expect(terminal.stderr).toMatch(/config\.yaml:1:1: sources: unknown key.*source/);
});

test("what is doubtful in the configuration is said", async () => {
  const inside = ["--audit-dir", root, "--state-dir", join(root, "state"), "--log-level", "silent"];
  expect(await runCommandLine(["run", "--once", ...inside], terminal)).toBe(0);
  expect(terminal.stderr).toMatch(/^warning: state_dir .* lies in source\.directory/);
});

test("its help names the exit codes", async () => {
  expect(await runCommandLine(["run", "--help"], terminal)).toBe(0);
  expect(terminal.stdout).toMatch(/--once[\s\S]*--timeout[\s\S]*5m[\s\S]*Exit codes/);
});

test("--keep-trying does not go with --once", async () => {
  expect(await runCommandLine(["run", "--once", "--keep-trying", ...folders], terminal)).toBe(2);
  expect(terminal.stderr).toContain("without --once");
});
