/**
 * Goal: `usage budgets` tells how budgets stand, the same from the store and from the files, with the daemon down.
 * Method: lines shipped by the program itself; the whole command, and for exact figures its answer at a fixed moment.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { requireConfiguration } from "../../../src/cli/configuration.ts";
import { answerBudgets } from "../../../src/cli/usage-budgets.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let directory = "";

/** Each costs $0.1858048. */
function usageLine(agent: string | null, ts: string, changes: object = {}): string {
  const record = {
    type: "token_usage",
    path: "/memory/add",
    agent_id: agent,
    user_id: "boss",
    llm_calls: 2,
    input_tokens: 42_256,
    output_tokens: 38_000,
    total_tokens: 80_256,
    model: "us.anthropic.claude-3-5-haiku-20241022-v1:0",
    ...changes,
    ts,
  };
  return `${JSON.stringify(record)}\n`;
}

const BUDGETS = [
  { name: "everything", period: "month", amount_usd: "0.5574144" },
  { name: "agents", scope: "agent", period: "day", amount_usd: 1, overrides: { dev: "0.25" } },
];

function configure(changes: object = {}): void {
  const settings = {
    source: { directory: join(directory, "audit_logs") },
    state_dir: join(directory, "state"),
    time_zone: "Asia/Shanghai",
    budgets: BUDGETS,
    http: { enabled: false },
    log: { level: "silent" },
    ...changes,
  };
  writeFileSync(join(directory, "config.yaml"), JSON.stringify(settings));
}

async function run(...words: readonly string[]) {
  const terminal = new FakeTerminal();
  const exitCode = await runCommandLine([...words, "--config", join(directory, "config.yaml")], terminal);
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

/** The answer as it would be at noon in Shanghai on 11 March 2026. */
async function answerAtNoon(from: string, form: "json" | "text" = "json"): Promise<string> {
  const terminal = new FakeTerminal();
  const config = await requireConfiguration({ config: join(directory, "config.yaml") }, terminal);
  if (config === undefined) throw new Error(terminal.stderr);
  const nowMs = Date.parse("2026-03-11T04:00:00Z");
  await answerBudgets(from, config, { limit: undefined, form }, nowMs, terminal);
  return terminal.stdout;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "usage-budgets-"));
  mkdirSync(join(directory, "audit_logs"));
  const lines = [
    usageLine("ops", "2026-02-28T15:59:59Z"),
    usageLine("ops", "2026-02-28T16:00:00Z"),
    usageLine("dev", "2026-03-10T15:59:59Z"),
    usageLine("dev", "2026-03-10T16:00:00Z"),
    usageLine(null, "2026-03-10T16:00:00Z", { model: "nobody-knows-it" }),
  ];
  writeFileSync(join(directory, "audit_logs", "audit-2026-03-10.jsonl"), lines.join(""));
  configure();
  expect(await run("run", "--once")).toMatchObject({ exitCode: 0 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the days are those of the installation, the amounts exact", async () => {
  const { tz, rows } = JSON.parse(await answerAtNoon("local"));
  expect(tz).toBe("Asia/Shanghai");
  expect(rows).toMatchObject([
    {
      budget: "everything",
      scope: "all",
      value: null,
      period: "month",
      range: { start: "2026-03-01", end: "2026-03-31" },
      amount_usd: "0.5574144",
      spent_usd: "0.5574144",
      spent_ratio: 1,
      crossed: [0.5, 0.8, 1],
      unpriced_records: 1,
      partial: true,
    },
    {
      budget: "agents",
      scope: "agent",
      value: "dev",
      period: "day",
      range: { start: "2026-03-11", end: "2026-03-11" },
      amount_usd: "0.25",
      spent_usd: "0.1858048",
      // $0.3716096 in seven days, and half a day to go.
      forecast_usd: "0.212348342857",
      crossed: [0.5],
      partial: false,
    },
  ]);
});

test("the files give the same answer as the store", async () => {
  expect(await answerAtNoon("audit-dir")).toBe(await answerAtNoon("local"));
});

test("people get a table", async () => {
  const text = await answerAtNoon("local", "text");
  expect(text).toMatch(/^Days in Asia\/Shanghai\n\nbudget .*\neverything +all .* 100\.0 % +█{12} +100 % /);
  expect(text).toMatch(/\nagents +agent +dev +2026-03-11 +\$0\.2500 +\$0\.1858 /);
});

test("the command answers about now, and exits with 0 even if a budget is used up", async () => {
  const { exitCode, stdout, stderr } = await run("usage", "budgets", "--json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({
    tz: "Asia/Shanghai",
    rows: [{ spent_usd: "0" }, { value: "dev" }],
  });
  expect((await run("usage", "budgets", "--limit", "1", "--from", "audit-dir")).stdout).toContain(
    "... and 1 more row\n",
  );
});

test("without budgets says where to write them", async () => {
  configure({ budgets: [] });
  const answers = [await run("usage", "budgets"), await run("usage", "budgets", "--json")];
  configure();
  expect(answers).toEqual([
    {
      exitCode: 0,
      stdout: "There are no budgets: list them under `budgets` in the configuration.\n",
      stderr: "",
    },
    { exitCode: 0, stdout: '{"tz":"Asia/Shanghai","rows":[]}\n', stderr: "" },
  ]);
});

test.each([
  [["--since", "7d"], "--since does not go with `usage budgets`: set budgets in the configuration"],
  [["--tz", "UTC"], "--tz does not go with `usage budgets`: set time_zone in the configuration"],
  [["--all"], "--all does not go with `usage budgets`: set budgets in the configuration"],
  [["--by", "agent"], "--by goes with `usage` and `usage requests`, not with `usage budgets`"],
  [["--csv"], "--csv goes with `usage`, `usage slowest` and `usage errors`"],
])("%j is refused", async (words, problem) => {
  expect(await run("usage", "budgets", ...words)).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `usage: ${problem}\n`,
  });
});

test("a sink that cannot be asked is said", async () => {
  configure({ sinks: { logs: { type: "cloudwatch", region: "us-east-1" } } });
  const answer = await run("usage", "budgets", "--from", "logs");
  configure();
  expect(answer).toMatchObject({ exitCode: 1, stdout: "" });
  expect(answer.stderr).toMatch(/^usage: the sink "logs" cannot be added up from here/);
});
