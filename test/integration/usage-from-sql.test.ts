/**
 * Goal: `usage --from` a database gives the same answers as the embedded store and the audit files, to the pico-dollar.
 * Method: real PostgreSQL and MariaDB; the lines and questions of usage-from.ts, shipped by the daemon itself, every
 * question to all three.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { auditLines } from "../support/audit-lines.ts";
import { makeDatabase, type SqlDatabase, sqlServers } from "../support/sql-places.ts";
import { DOCUMENT_SETTINGS, ODD_MODEL, unusualLines } from "../support/unusual-lines.ts";
import { FakeTerminal } from "../unit/cli/fake-terminal.ts";
import { QUESTIONS } from "./usage-from.ts";

const servers = await sqlServers();
afterAll(async () => {
  for (const [, server] of servers) await server.stop();
});

describe.each(servers)("usage from %s", (type, server) => {
  let database: SqlDatabase;
  let directory = "";

  async function run(...words: readonly string[]) {
    const terminal = new FakeTerminal();
    const exitCode = await runCommandLine([...words, "--config", join(directory, "config.yaml")], terminal);
    return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
  }

  async function ask(from: string, ...words: readonly string[]): Promise<unknown> {
    const { exitCode, stdout, stderr } = await run("usage", ...words, "--from", from, "--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout);
  }

  function writeConfiguration(options: object = {}): void {
    const overrides = {
      [ODD_MODEL]: { input_cost_per_million: "1.234567", output_cost_per_million: "9.876543" },
    };
    const settings = {
      source: { directory: join(directory, "audit_logs") },
      state_dir: join(directory, "state"),
      http: { enabled: false },
      log: { level: "silent" },
      pricing: { overrides },
      ...DOCUMENT_SETTINGS,
      store: { enabled: true, records: true },
      sinks: { database: { type, ...database.configuration, ...options } },
    };
    writeFileSync(join(directory, "config.yaml"), JSON.stringify(settings));
  }

  beforeAll(async () => {
    database = await makeDatabase(type, server);
    directory = mkdtempSync(join(tmpdir(), "usage-from-sql-"));
    const folder = join(directory, "audit_logs");
    mkdirSync(folder);
    for (const name of readdirSync("test/fixtures/audit"))
      copyFileSync(join("test/fixtures/audit", name), join(folder, name));
    writeFileSync(join(folder, "unusual-2026-04-02.jsonl"), `${unusualLines().join("\n")}\nno json\n`);
    for (const { fileName, text } of auditLines(4000))
      writeFileSync(join(folder, fileName), `${text}\n`, { flag: "a" });
    writeConfiguration();
    expect(await run("run", "--once")).toMatchObject({ exitCode: 0 });
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await database.remove();
  });

  it.each([...QUESTIONS, ["slowest", "--limit", "1500"]].map((words) => [words.join(" "), words] as const))(
    "answers as store and files do: usage %s",
    async (_name, words) => {
      const expected = await ask("local", ...words);
      if (words[0] !== "slowest") expect(await ask("audit-dir", ...words)).toEqual(expected);
      expect(await ask("database", ...words)).toEqual(expected);
    },
  );

  it("tells a person the same table", async () => {
    const table = async (from: string) => (await run("usage", "--by", "agent", "--from", from)).stdout;
    expect(await table("database")).toBe(await table("local"));
  });

  it.each([
    [{ database: "nowhere" }, /make it|make the database|rights/],
    [{ password: "secret" }, /check username and password/],
    [{ host: "127.0.0.1", port: 1 }, /cannot be reached/],
  ])("says in one sentence why it cannot answer with %j", async (options, expected) => {
    writeConfiguration(options);
    const { exitCode, stdout, stderr } = await run("usage", "--from", "database");
    writeConfiguration();
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(expected);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("says so where nothing was delivered yet, and where only sums are kept", async () => {
    const empty = await makeDatabase(type, server);
    writeConfiguration(empty.configuration);
    expect((await run("usage", "--from", "database")).stderr).toContain("start the daemon");
    writeConfiguration({ records: false });
    expect((await run("usage", "slowest", "--from", "database")).stderr).toContain("records: false");
    writeConfiguration();
    await empty.remove();
  });
});
