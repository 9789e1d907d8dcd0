/**
 * Goal: with the module for the memory service, `usage` tells what a month of invoices would: every call and every token of
 * LLM and embeddings, apart, and their cost to the pico-dollar. Without it, the same traffic is flagged as suspect.
 * Method: eight clients on the real mem0, in both of its generations, against a fake of Bedrock that counts for itself. The
 * audit file is shipped and asked; what the fake counted is priced here once more.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { MEM0_1, mem0IfPossible } from "../support/servers/mem0.ts";
import { FakeTerminal } from "../unit/cli/fake-terminal.ts";

const HAIKU = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
const TITAN = "amazon.titan-embed-text-v2:0";

/** List prices in pico-dollars per token. */
const RATES = {
  [HAIKU]: { input: 800_000, output: 4_000_000, cache_read: 80_000, cache_write: 1_000_000 },
  [TITAN]: { input: 20_000, output: 0, cache_read: 0, cache_write: 0 },
} as const;

type Model = keyof typeof RATES;
type Counts = Readonly<Record<"calls" | keyof (typeof RATES)[Model], number>>;
type Row = Readonly<Record<string, string | number>>;

const python = await mem0IfPossible();

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mem0-usage-"));
  mkdirSync(join(directory, "audit_logs"));
  const settings = {
    source: { directory: join(directory, "audit_logs") },
    state_dir: join(directory, "state"),
    http: { enabled: false },
    log: { level: "silent" },
    models: { llm: HAIKU, embedding: TITAN },
  };
  writeFileSync(join(directory, "config.yaml"), JSON.stringify(settings));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Makes the traffic; returns what the fake counted. */
async function traffic(
  way: "module" | "without",
  extraPath?: string,
): Promise<Readonly<Record<Model, Counts>>> {
  const file = join(directory, "audit_logs", "audit-2026-11-21.jsonl");
  return JSON.parse((await python?.script(["audited_run.py", file, way], extraPath)) ?? "");
}

async function command(...words: readonly string[]): Promise<string> {
  const terminal = new FakeTerminal();
  const exitCode = await runCommandLine([...words, "--config", join(directory, "config.yaml")], terminal);
  expect([exitCode, terminal.stderr]).toEqual([0, expect.any(String)]);
  return terminal.stdout;
}

async function usageBy(
  dimension: string,
  from: string,
): Promise<{ rows: ReadonlyMap<unknown, Row>; totals: Row }> {
  const { rows, totals } = JSON.parse(
    await command("usage", "--by", dimension, "--from", from, "--json"),
  ) as {
    rows: Row[];
    totals: Row;
  };
  return { rows: new Map(rows.map((row) => [row[dimension], row])), totals };
}

function picousdOf(model: Model, counts: Counts): bigint {
  const rates = Object.entries(RATES[model]) as [keyof Counts, number][];
  return rates.reduce((sum, [name, rate]) => sum + BigInt(counts[name]) * BigInt(rate), 0n);
}

function toPicousd(usd: unknown): bigint {
  const [whole = "", fraction = ""] = String(usd).split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
}

describe.skipIf(python === undefined)("eight clients on the real mem0", () => {
  it.each([
    ["2.x", undefined],
    [MEM0_1, python?.mem01],
  ])(
    "%s, counted by the module, cost what the provider counted, LLM and embeddings apart",
    async (_version, path) => {
      const made = await traffic("module", path);
      await command("run", "--once");
      for (const from of ["local", "audit-dir"]) {
        const { rows, totals } = await usageBy("category", from);
        const [llm, embedding] = [rows.get("llm"), rows.get("embedding")];
        expect([...rows.keys()].sort()).toEqual(["embedding", "llm"]);
        expect(llm).toMatchObject({ llm_calls: made[HAIKU].calls, embedding_calls: 0 });
        expect(llm).toMatchObject({ input_tokens: made[HAIKU].input, output_tokens: made[HAIKU].output });
        expect(embedding).toMatchObject({ llm_calls: 0, embedding_calls: made[TITAN].calls });
        expect(embedding).toMatchObject({ input_tokens: made[TITAN].input, output_tokens: 0 });
        expect(toPicousd(llm?.["total_usd"])).toBe(picousdOf(HAIKU, made[HAIKU]));
        expect(toPicousd(embedding?.["total_usd"])).toBe(picousdOf(TITAN, made[TITAN]));
        expect(toPicousd(totals["total_usd"])).toBe(
          picousdOf(HAIKU, made[HAIKU]) + picousdOf(TITAN, made[TITAN]),
        );
        expect(totals).toMatchObject({ unpriced_records: 0, suspect_records: 0 });
        const { rows: agents } = await usageBy("agent", from);
        // Eight agents, and updates, which name none.
        expect(agents.size).toBe(9);
      }
    },
  );

  it("are flagged as suspect where the service counts for itself", async () => {
    const made = await traffic("without");
    await command("run", "--once");
    const { rows, totals } = await usageBy("category", "local");
    expect([...rows.keys()]).toEqual(["llm"]);
    expect(Number(totals["llm_calls"])).toBeGreaterThan(made[HAIKU].calls);
    expect(totals["suspect_records"]).toBeGreaterThan(0);
    expect(await command("usage")).toMatch(/suspect/);
  });
});
