/**
 * Goal: `check` says whether the configuration is valid and whether delivery would work, by exit code and as JSON.
 * Method: real temporary folders and files; a terminal that remembers.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "check-"));
  mkdirSync(join(directory, "audit"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function writeConfig(text: string): string {
  const path = join(directory, "config.yaml");
  writeFileSync(path, text);
  return path;
}

async function check(...words: string[]) {
  const terminal = new FakeTerminal();
  const folders = ["--audit-dir", join(directory, "audit"), "--state-dir", join(directory, "state")];
  const exitCode = await runCommandLine(["check", ...folders, ...words], terminal);
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

const ANY_PORT = 'http: {listen: "127.0.0.1:0"}\n';

test("a valid configuration is printed as YAML and every probe is a line", async () => {
  writeFileSync(join(directory, "audit", "2024-01-01.jsonl"), "{}\n");
  const config = writeConfig(`${ANY_PORT}redact_key: geheim\n`);
  const { exitCode, stdout, stderr } = await check("--config", config);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain(`state_dir: ${join(directory, "state")}`);
  expect(stdout).toContain("holds 1 file(s) that match *.jsonl");
  expect(stdout).not.toContain("geheim");
});

test("with --json there is one document and nothing else", async () => {
  const { exitCode, stdout, stderr } = await check("--json", "--config", writeConfig(ANY_PORT));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const answer = JSON.parse(stdout);
  expect(Object.keys(answer)).toEqual(["ok", "checks"]);
  expect(answer.ok).toBe(true);
  expect(answer.checks.map(({ name }: { name: string }) => name)).toEqual([
    "configuration",
    "models",
    "audit folder",
    "state folder",
    "http",
  ]);
  for (const one of answer.checks) expect(Object.keys(one)).toEqual(["name", "ok", "message"]);
});

test("an invalid configuration gives exit code 2 and all its problems", async () => {
  const config = writeConfig("stat_dir: x\nready_lag: never\n");
  const { exitCode, stdout, stderr } = await check("--config", config);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr.split("\n")).toEqual([
    `${config}:1:1: stat_dir: unknown key; did you mean "state_dir"?`,
    expect.stringMatching(/config\.yaml:2:12: ready_lag: expected/),
    "",
  ]);
  const asJson = await check("--config", config, "--json");
  expect(asJson.exitCode).toBe(2);
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    ok: false,
    checks: [
      { name: "configuration", ok: false },
      { name: "configuration", ok: false },
    ],
  });
});

test("an audit folder that does not exist yet is no failure", async () => {
  rmSync(join(directory, "audit"), { recursive: true });
  const { exitCode, stdout } = await check("--config", writeConfig(ANY_PORT));
  expect(exitCode).toBe(0);
  expect(stdout).toContain("does not exist yet: it is waited for");
});

test("a link among the audit files is a failure", async () => {
  symlinkSync("/etc/hostname", join(directory, "audit", "link.jsonl"));
  const { exitCode, stdout } = await check("--config", writeConfig(ANY_PORT));
  expect(exitCode).toBe(1);
  expect(stdout).toContain("link.jsonl (a symlink, which is refused)");
});

test("a state folder that is a file is a failure", async () => {
  writeFileSync(join(directory, "state"), "");
  const { exitCode, stdout } = await check("--config", writeConfig(ANY_PORT));
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/FAIL {2}state folder/);
});

test("a sink that does not answer is a failure, unless it is not asked", async () => {
  const sink = "sinks: {search: {type: opensearch, endpoints: ['http://127.0.0.1:1']}}\n";
  const config = writeConfig(ANY_PORT + sink);
  const { exitCode, stdout } = await check("--config", config);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/FAIL {2}sink search: /);
  expect((await check("--config", config, "--offline")).exitCode).toBe(0);
});
