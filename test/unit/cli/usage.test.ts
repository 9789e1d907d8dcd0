/**
 * Goal: `usage` answers people and programs from the store, daemon up or down, and says why where it cannot.
 * Method: the whole command on a terminal that remembers; the lines that the real service wrote, taken in by
 * the store's own sink and counted here once more, by other means.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { createPricing } from "../../../src/cost/pricing.ts";
import { DocumentReader } from "../../../src/document/read.ts";
import type { AuditRecord } from "../../../src/record/record.ts";
import { Redaction } from "../../../src/record/redaction.ts";
import { createLocalSink } from "../../../src/sinks/local.ts";
import { openStore, STORE_FILE } from "../../../src/store/open.ts";
import { silentLog } from "../../../src/system/log.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";
import { blockOf } from "../../support/block.ts";
import { checkpoint } from "../store/sample-rows.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const FIXTURES = ["concurrent-audit-2026-11-21.jsonl", "sequential-audit-2026-11-21.jsonl"].map((name) => ({
  name,
  content: readFileSync(join(import.meta.dirname, "../../fixtures/audit", name)),
}));
const RECORDS = FIXTURES.flatMap(({ content }) =>
  content
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AuditRecord),
);
const HAIKU = "us.anthropic.claude-3-5-haiku-20241022-v1:0";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "usage-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Takes the lines of an audit file into the store, as the lane `local` would. */
async function takeIn(files: readonly { readonly name: string; readonly content: Buffer }[]): Promise<void> {
  const model = { model: HAIKU, source: "default" as const };
  const rules = {
    redaction: new Redaction({ rules: {}, key: undefined }),
    pricing: createPricing({
      region: "us-east-1",
      overrides: [],
      aliases: {},
      multiplier: "1",
      models: { llm: model, embedding: model },
    }),
  };
  const { store } = openStore(join(directory, STORE_FILE), { keepsRecords: true, log: silentLog });
  const limits = { recordsMax: 5000, bytesMax: 5_000_000, waitMsMax: 200, inFlightMax: 1 };
  const sink = createLocalSink(store, limits);
  for (const { name, content } of files) {
    const generation = identifyGeneration("", name, content.subarray(0, content.indexOf("\n")), 0);
    const reader = new DocumentReader(blockOf(generation, content), undefined, rules);
    const builder = sink.payloadBuilder();
    for (; reader.hasLine; reader.advance(true)) {
      expect(reader.read()).toBe("document");
      builder.add(reader.document);
    }
    const payload = builder.take();
    const end = checkpoint(content.length, { generation });
    const batch = {
      generation,
      startOffset: 0,
      end,
      lines: payload?.count ?? 0,
      skipped: 0,
      broken: [],
      payload,
    };
    if (payload)
      expect(await sink.deliver(payload, batch, new AbortController().signal)).toEqual({ outcome: "stored" });
  }
  await sink.close();
}

async function usage(...words: string[]) {
  const terminal = new FakeTerminal();
  const folders = ["--state-dir", directory, "--audit-dir", join(directory, "audit_logs")];
  const exitCode = await runCommandLine(["usage", ...words, ...folders], terminal);
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

async function usageJson(...words: string[]) {
  const { stdout, stderr, exitCode } = await usage(...words, "--json");
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

function sum(records: readonly AuditRecord[], member: string): number {
  return records.reduce((total, record) => total + Number(record[member] ?? 0), 0);
}

/** Dollars of Claude 3.5 Haiku ($0.80 and $4.00 per million tokens), counted in ten millionths of a dollar. */
function haikuUsd(records: readonly AuditRecord[]): string {
  const units = BigInt(sum(records, "input_tokens")) * 8n + BigInt(sum(records, "output_tokens")) * 40n;
  const text = String(units).padStart(8, "0");
  return `${text.slice(0, -7)}.${text.slice(-7)}`.replace(/0+$/, "");
}

const requests = RECORDS.filter((record) => record["type"] === undefined);
const usages = RECORDS.filter((record) => record["type"] === "token_usage");

describe("on the lines of the real service", () => {
  beforeEach(() => takeIn(FIXTURES));

  test("totals equal an independent count, to the last digit", async () => {
    const { totals, range, tz, by, rows } = await usageJson("--all");
    expect({ range, tz, by, rows }).toEqual({
      range: { start: "2026-11-21", end: "2026-11-21" },
      tz: "UTC",
      by: [],
      rows: [],
    });
    expect(totals).toEqual({
      requests: requests.length,
      errors: 0,
      error_rate: 0,
      llm_calls: sum(usages, "llm_calls"),
      input_tokens: sum(usages, "input_tokens"),
      output_tokens: sum(usages, "output_tokens"),
      total_tokens: sum(usages, "total_tokens"),
      embedding_calls: 0,
      total_usd: haikuUsd(usages),
      unpriced_records: 0,
      suspect_records: 14,
    });
  });

  test("rows by agent equal an independent count", async () => {
    const { rows } = await usageJson("--by", "agent", "--all");
    const agents = [...new Set(RECORDS.map((record) => record["agent_id"]))];
    expect(rows).toHaveLength(agents.length);
    for (const agent of agents) {
      const own = (record: AuditRecord) => record["agent_id"] === agent;
      const usd = haikuUsd(usages.filter(own));
      expect(rows).toContainEqual(
        expect.objectContaining({
          agent,
          requests: requests.filter(own).length,
          total_tokens: sum(usages.filter(own), "total_tokens"),
          total_usd: usd === "0." ? "0" : usd,
        }),
      );
    }
  });

  test("health checks count only with --all", async () => {
    const health = requests.filter((record) => record["path"] === "/health").length;
    expect((await usageJson()).totals.requests).toBe(requests.length - health);
  });

  test("the slowest are those that a sort finds", async () => {
    const expected = requests
      .filter((record) => record["path"] !== "/health")
      .sort((a, b) => Number(b["elapsed_ms"]) - Number(a["elapsed_ms"]))
      .slice(0, 5)
      .map(({ path, elapsed_ms, agent_id, user_id, status, ts }) => ({
        path,
        elapsed_ms,
        agent_id,
        user_id,
        status,
        ts,
      }));
    expect(await usageJson("slowest")).toEqual({ rows: expected });
    expect((await usageJson("slowest", "--limit", "2")).rows).toEqual(expected.slice(0, 2));
  });

  test("without errors the rate is 0", async () => {
    expect(await usageJson("errors", "--all")).toEqual({
      total: requests.length,
      errors: 0,
      rate: 0,
      rows: [],
    });
    expect((await usage("errors")).stdout).toBe("0 of 50 requests failed: 0.0 %\n");
  });

  test("a person gets a table, its totals, and what to know about them", async () => {
    const { stdout, stderr, exitCode } = await usage("--by", "agent");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("2026-11-21 to 2026-11-21 (UTC)");
    expect(lines[2]).toMatch(
      /^agent +requests +errors +error rate +LLM calls +input tokens +output tokens +embedding calls +cost +suspect \*$/,
    );
    expect(stdout).toMatch(/^total +50 +0 +0\.0 % +370 +613,019 +21,982 +0 +\$0\.5783 +14$/m);
    expect(stdout).toContain("14 of 24 suspect");
    expect(stdout).toContain(`Assumed: ${HAIKU}`);
  });

  test("a spreadsheet gets the rows of every list", async () => {
    const [header, first, ...rest] = (await usage("--by", "agent", "--csv")).stdout.split("\r\n");
    expect(header).toMatch(/^agent,requests,errors,error_rate,/);
    expect(first).toMatch(/^a0,14,0,0,195,/);
    expect(rest).toHaveLength(4);
    expect((await usage("slowest", "--csv", "--limit", "1")).stdout).toMatch(
      /^path,elapsed_ms,.*\r\n.*\r\n$/,
    );
    expect((await usage("errors", "--csv")).stdout).toBe("status,path,requests\r\n");
  });

  test("a limit shows the first rows and counts all", async () => {
    const { rows, totals } = await usageJson("--by", "agent", "--limit", "1");
    expect([rows.length, totals.requests]).toEqual([1, 50]);
    expect((await usage("--by", "agent", "--limit", "1")).stdout).toContain("... and 3 more rows");
  });

  test("where only sums are kept the slowest come from the audit files", async () => {
    mkdirSync(join(directory, "audit_logs"));
    const line = {
      ts: "2026-11-21T00:00:00Z",
      method: "GET",
      path: "/memory/7",
      status: 200,
      elapsed_ms: 99_999,
    };
    writeFileSync(join(directory, "audit_logs", "audit-2026-11-21.jsonl"), `${JSON.stringify(line)}\n`);
    const config = join(directory, "config.yaml");
    writeFileSync(config, "store: {records: false}\n");
    expect(await usageJson("slowest", "--config", config)).toEqual({
      rows: [
        { path: "/memory/7", elapsed_ms: 99_999, agent_id: null, user_id: null, status: 200, ts: line.ts },
      ],
    });
  });
});

test("unpriced records and errors are shown for what they are", async () => {
  const lines = [
    {
      ts: "2026-11-21T00:00:00Z",
      type: "token_usage",
      path: "/memory/add",
      model: "vendor.new",
      llm_calls: 1,
      input_tokens: 5,
      output_tokens: 5,
    },
    { ts: "2026-11-21T00:00:00Z", method: "POST", path: "/memory/add", status: 503, elapsed_ms: 3 },
  ];
  const content = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  await takeIn([{ name: "audit-2026-11-21.jsonl", content }]);
  const { stdout } = await usage();
  expect(stdout).toContain(">= $0.00         1\n");
  expect(stdout).toContain("not in the cost: see `prices`");
  expect((await usage("errors")).stdout).toBe(
    "1 of 1 request failed: 100.0 %\n\nstatus  path         requests\n   503  /memory/add         1\n",
  );
});

describe("without an answer", () => {
  test.each([[[]], [["--by", "day"]], [["slowest"]], [["errors"]]])(
    "no database yet is an empty answer and a clear sentence: usage %j",
    async (words) => {
      const { exitCode, stdout, stderr } = await usage(...words, "--json");
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ rows: [] });
      expect(stderr).toContain("Nothing was stored yet");
    },
  );

  test("a store that is off says so", async () => {
    const config = join(directory, "config.yaml");
    writeFileSync(config, "store: {enabled: false}\nsinks: {}\n");
    const { stderr } = await usage("--config", config);
    expect(stderr).toContain("store.enabled");
  });

  test("a damaged database fails with its name", async () => {
    writeFileSync(join(directory, STORE_FILE), "no database ".repeat(100));
    const { exitCode, stdout, stderr } = await usage("--json");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(join(directory, STORE_FILE));
  });

  test("wrong words exit with 2 and advice", async () => {
    const { exitCode, stdout, stderr } = await usage("--by", "agnet");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("did you mean agent?");
  });
});
