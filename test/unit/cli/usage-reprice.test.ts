/**
 * Goal: `usage reprice` says what the configuration of now would change, changes it when told to, and says in one
 * sentence why it cannot.
 * Method: the whole command on a store of one usage record, with the model set in between.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { createPricing } from "../../../src/cost/pricing.ts";
import { openStore, STORE_FILE } from "../../../src/store/open.ts";
import { silentLog } from "../../../src/system/log.ts";
import { openDatabase } from "../../../src/system/sqlite.ts";
import { checkpoint, NOON_MS, usageRow } from "../store/sample-rows.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "usage-reprice-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function takeIn(): void {
  const model = { model: "us.anthropic.claude-3-5-haiku-20241022-v1:0", source: "default" as const };
  const pricing = createPricing({
    models: { llm: model, embedding: model },
    region: "us-east-1",
    overrides: [],
    aliases: {},
    multiplier: "1",
  });
  const record = { llm_calls: 1, input_tokens: 1_000_000, output_tokens: 1_000_000 };
  const cost = pricing.costOf(record, "token_usage", new Date(NOON_MS).toISOString());
  const { store } = openStore(join(directory, STORE_FILE), { keepsRecords: true, log: silentLog });
  store.commit({ startOffset: 0, end: checkpoint(10), rows: [usageRow({ cost })] });
  store.close();
}

async function usage(...words: string[]) {
  const config = join(directory, "config.yaml");
  writeFileSync(config, `state_dir: ${directory}\nmodels:\n  llm: minimax.minimax-m2.5\n`);
  const terminal = new FakeTerminal();
  const exitCode = await runCommandLine(["usage", ...words, "--config", config], terminal);
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

async function totals(): Promise<unknown> {
  return JSON.parse((await usage("--json")).stdout).totals;
}

test("changes nothing until it is told to, then the answers of usage", async () => {
  takeIn();
  const asked = await usage("reprice", "--json");
  expect(asked).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(asked.stdout)).toMatchObject({ applied: false, totals: { difference_usd: "-3.3" } });
  expect(await totals()).toMatchObject({ total_usd: "4.8" });

  expect((await usage("reprice", "--apply")).stdout).toContain("1 usage record repriced.");
  expect(await totals()).toMatchObject({ total_usd: "1.5" });
});

test("is about the days asked for", async () => {
  takeIn();
  expect((await usage("reprice", "--since", "2026-11-22")).stdout).toBe("No usage records.\n");
  expect((await usage("reprice", "--until", "2026-11-21")).stdout).toContain("would be repriced");
});

test("says that there is no store", async () => {
  const { exitCode, stderr } = await usage("reprice");
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    `usage: there is no embedded store ${join(directory, STORE_FILE)}: start the daemon first, or look at state_dir\n`,
  );
});

test("says that another process is writing, and changes nothing", { timeout: 20_000 }, async () => {
  takeIn();
  const other = openDatabase(join(directory, STORE_FILE), { busyTimeoutMs: 0 });
  other.execute("BEGIN IMMEDIATE");
  const { exitCode, stderr } = await usage("reprice", "--apply");
  other.close();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^usage: nothing was changed, since .*another process keeps the database locked/);
  expect(await totals()).toMatchObject({ total_usd: "4.8" });
});
