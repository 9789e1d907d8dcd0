/**
 * Goal: the hash of a key is the one that records get, and the key is printed nowhere.
 * Method: the command on files; the hash is computed here a second time.
 */
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const directory = mkdtempSync(join(tmpdir(), "attribution-"));
afterAll(() => rmSync(directory, { recursive: true }));

const HASH = createHmac("sha256", "secret").update("sk-123").digest("hex").slice(0, 16);

async function hash(key: string | undefined, configuration = "redact_key: secret", ...words: string[]) {
  const [keyFile, configFile] = [join(directory, "key"), join(directory, "config.yaml")];
  rmSync(keyFile, { force: true });
  if (key !== undefined) writeFileSync(keyFile, key);
  writeFileSync(configFile, configuration);
  const terminal = new FakeTerminal();
  const exitCode = await runCommandLine(
    ["attribution", "hash", keyFile, "--config", configFile, ...words],
    terminal,
  );
  expect(terminal.stdout + terminal.stderr).not.toContain("sk-");
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

it.each(["sk-123", "sk-123\n", "sk-123\r\n"])("prints the hash of %j", async (key) => {
  expect(await hash(key)).toEqual({ exitCode: 0, stdout: `${HASH}\n`, stderr: "" });
});

it("prints one JSON document with --json", async () => {
  const { stdout } = await hash("sk-123", "redact_key: secret", "--json");
  expect(JSON.parse(stdout)).toEqual({ api_key_hash: HASH });
});

it.each([
  ["sk-1", "log: {level: info}", /redact_key/],
  [undefined, "redact_key: k", /there is no file/],
  ["", "redact_key: k", /expected one line/],
  ["sk-1\nsk-2\n", "redact_key: k", /expected one line/],
  ["sk-1".repeat(10_000), "redact_key: k", /more than a key/],
])("says in one sentence what is wrong with %j and %s", async (key, configuration, message) => {
  const { exitCode, stdout, stderr } = await hash(key, configuration);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^attribution hash: .+\n$/);
  expect(stderr).toMatch(message);
});

it("says that a folder is no key", async () => {
  const terminal = new FakeTerminal();
  const config = join(directory, "config.yaml");
  writeFileSync(config, "redact_key: k");
  expect(await runCommandLine(["attribution", "hash", directory, "--config", config], terminal)).toBe(2);
  expect(terminal.stderr).toMatch(/cannot be read \(EISDIR\)/);
});
