/**
 * The answers of `usage` from the embedded store, from the audit files and from a real search server, compared:
 * lines of the real service, generated traffic and amounts beyond what floating point holds, shipped by the daemon
 * itself; every question to all three, and some counted here once more, from the lines alone.
 */
import { randomUUID } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { DIMENSIONS } from "../../src/usage/dimension.ts";
import { auditLines } from "../support/audit-lines.ts";
import { type SearchServer, searchServer } from "../support/servers/search-requests.ts";
import { DOCUMENT_SETTINGS, type Line, ODD_MODEL, SEARCHER, unusualLines } from "../support/unusual-lines.ts";
import { FakeTerminal } from "../unit/cli/fake-terminal.ts";

/** Prices in pico-dollars a token; of the odd ones no power of two is a factor. */
const PRICES: Readonly<Record<string, readonly [input: bigint, output: bigint]>> = {
  [ODD_MODEL]: [1_234_567n, 9_876_543n],
  token_usage: [800_000n, 4_000_000n],
  embedding_usage: [20_000n, 0n],
};

/** The words after `usage`. */
export const QUESTIONS: readonly (readonly string[])[] = [
  [],
  ["--all"],
  ...DIMENSIONS.map((dimension) => ["--by", dimension, "--all"]),
  ["--by", DIMENSIONS.join(",")],
  ["--by", "agent,model,status"],
  ["--by", "day,user", "--tz", "Asia/Shanghai"],
  ["--by", "day", "--tz", "America/New_York"],
  ["--by", "day", "--tz", "Asia/Kathmandu", "--since", "2026-04-02", "--until", "2026-04-03"],
  ["--since", "2026-03-08", "--until", "2026-03-08", "--tz", "America/New_York"],
  ["--since", "2026-11-21"],
  ["--until", "2000-01-01"],
  ["errors"],
  ["errors", "--all", "--since", "2026-04-03", "--limit", "2"],
];

interface Rows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly totals: Readonly<Record<string, unknown>>;
}

export interface UsageServer {
  readonly url: string;
  /** Ends it, if it was started for this. */
  stop(): Promise<void>;
}

/** Declares the tests; for a describe of the server's name. */
export function compareUsage(type: "opensearch" | "elasticsearch", start: () => Promise<UsageServer>): void {
  const prefix = `usage-${randomUUID().slice(0, 8)}`;
  let running: UsageServer;
  let server: SearchServer;
  let directory = "";
  let lines: readonly Line[] = [];

  async function run(...words: readonly string[]) {
    const terminal = new FakeTerminal();
    const exitCode = await runCommandLine([...words, "--config", join(directory, "config.yaml")], terminal);
    return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
  }

  async function ask(from: string, ...words: readonly string[]): Promise<Rows> {
    const { exitCode, stdout, stderr } = await run("usage", ...words, "--from", from, "--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout) as Rows;
  }

  function writeConfiguration(index: string): void {
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
      sinks: { search: { type, endpoints: [running.url], index } },
    };
    writeFileSync(join(directory, "config.yaml"), JSON.stringify(settings));
  }

  beforeAll(async () => {
    running = await start();
    server = searchServer(running.url);
    directory = mkdtempSync(join(tmpdir(), "usage-from-"));
    const folder = join(directory, "audit_logs");
    mkdirSync(folder);
    for (const name of readdirSync("test/fixtures/audit"))
      copyFileSync(join("test/fixtures/audit", name), join(folder, name));
    writeFileSync(join(folder, "unusual-2026-04-02.jsonl"), `${unusualLines().join("\n")}\nno json\n`);
    for (const { fileName, text } of auditLines(4000))
      writeFileSync(join(folder, fileName), `${text}\n`, { flag: "a" });
    lines = readdirSync(folder)
      .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Line);
    writeConfiguration(`${prefix}-{yyyy.MM.dd}`);
    expect(await run("run", "--once")).toMatchObject({ exitCode: 0 });
    await server.request("POST", `/${prefix}-*/_refresh`);
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await server.request("DELETE", `/${prefix}-*`);
    await server.request("DELETE", `/_index_template/${prefix}*`);
    await running.stop();
  });

  it.each(QUESTIONS.map((words) => [words.join(" "), words] as const))(
    "answers as store and files do: usage %s",
    async (_name, words) => {
      const expected = await ask("local", ...words);
      expect(await ask("audit-dir", ...words)).toEqual(expected);
      expect(await ask("search", ...words)).toEqual(expected);
    },
  );

  it("finds the same slowest requests as the files have, page after page", async () => {
    const { rows } = await ask("audit-dir", "slowest", "--limit", "1500");
    expect(rows).toHaveLength(1500);
    const found = (await ask("search", "slowest", "--limit", "1500")).rows;
    const comparable = (row: object) => JSON.stringify(row);
    expect(found.map(comparable).sort()).toEqual(rows.map(comparable).sort());
    expect(found.map((row) => row["elapsed_ms"])).toEqual(rows.map((row) => row["elapsed_ms"]));
    expect(await ask("search", "slowest")).toEqual(await ask("local", "slowest"));
  });

  it("counts what a plain count of the lines gives, to the pico-dollar", async () => {
    const { rows } = await ask("search", "--by", "agent", "--all");
    for (const agent of ["dear", "burst", "dev", "clock", SEARCHER.agent_id]) {
      const own = lines.filter((line) => line["agent_id"] === agent);
      const usage = own.filter(({ type }) => type !== undefined);
      const recorded = usage.reduce((sum, line) => sum + costOf(line), 0n);
      const picousd = own.reduce((sum, line) => sum + queryCost(line), recorded);
      const row = rows.find((one) => one["agent"] === agent);
      expect(row).toMatchObject({
        requests: own.filter(({ method, path }) => method !== undefined && path !== undefined).length,
        embedding_calls: own.reduce((sum, line) => sum + callsOf(line), 0),
        errors: own.filter(({ status }) => Number(status) >= 400).length,
      });
      expect(toPicousd(String(row?.["total_usd"]))).toBe(picousd);
    }
    const huge = rows.find((one) => one["agent"] === "huge");
    // Exact, although the sum is a thousand times what a double holds exactly.
    expect(huge).toMatchObject({ input_tokens: 1_999_999_999_999, llm_calls: 1_000_000_000_001 });
    const usd = 999_999_999_999n * 1_234_567n + 3_999_999_999_999n * 1_234_567n + 14n * 9_876_543n;
    expect(toPicousd(String(huge?.["total_usd"]))).toBe(usd);
  });

  it("tells a person the same table", async () => {
    const table = async (from: string) => (await run("usage", "--by", "agent", "--from", from)).stdout;
    expect(await table("search")).toBe(await table("local"));
  });

  it("leaves out the indices of somebody else that its pattern matches as well", async () => {
    const foreign = `${prefix}-test-2026.04.03`;
    await server.request("PUT", `/${foreign}`, { mappings: { properties: { status: { type: "text" } } } });
    await server.request("POST", `/${foreign}/_doc?refresh=true`, { event: { kind: "request" } });
    expect(await ask("search", "--all")).toEqual(await ask("local", "--all"));
    await server.request("DELETE", `/${foreign}`);
  });

  it("says in one sentence that an index was mapped by guess", async () => {
    const guessed = `${prefix}-2020.01.01`;
    await server.request("PUT", `/${guessed}`, {
      mappings: { dynamic: true, properties: { event: { properties: { kind: { type: "text" } } } } },
    });
    const { exitCode, stdout, stderr } = await run("usage", "--from", "search");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      new RegExp(`^usage: the index ${guessed} cannot be added up, since its field .*audit-dir\\n$`),
    );
    await server.request("DELETE", `/${guessed}`);
  });

  it.each(["none-{yyyy.MM.dd}", "none"])("says in one sentence that there is no index %s", async (name) => {
    writeConfiguration(`${prefix}-${name}`);
    const { exitCode, stdout, stderr } = await run("usage", "--from", "search");
    writeConfiguration(`${prefix}-{yyyy.MM.dd}`);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("nothing was delivered there yet");
  });
}

function costOf({ type, model, input_tokens, output_tokens = 0 }: Line): bigint {
  const [input, output] = PRICES[String(model ?? type)] ?? [0n, 0n];
  const isCounted = [input_tokens, output_tokens].every((count) => Number(count) >= 0);
  return isCounted ? BigInt(Number(input_tokens)) * input + BigInt(Number(output_tokens)) * output : 0n;
}

/** How often requests to these paths embed something. */
const CALLS: Readonly<Record<string, number>> = {
  "/memory/search": 2,
  "/memory/search_combined": 5,
  "/memory/update": 1,
};

function callsOf({ type, calls, method, status, path }: Line): number {
  if (type === "embedding_usage") return Number(calls);
  return type === undefined && method !== undefined && Number(status) < 400 ? (CALLS[String(path)] ?? 0) : 0;
}

/** The cost of a query by its length: a character of Chinese is a token, others are a quarter of one. */
function queryCost({ event, query, path }: Line): bigint {
  if (event !== "retrieval_detail" || typeof query !== "string") return 0n;
  const others = query.replace(/[\u4e00-\u9fff]/g, "").length;
  const tokens = query.length - others + Math.ceil(others / 4);
  return BigInt(tokens * (CALLS[String(path)] ?? 0)) * 20_000n;
}

function toPicousd(usd: string): bigint {
  const [whole = "", fraction = ""] = usd.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
}
