/**
 * Goal: what the README tells people to type works, and answers what it says.
 * Method: its blocks are run as they stand there, by a shell, on lines of the real service with a few failures added
 * and the day moved to today; the answers are compared with a count of the test's own, and with what the README's jq
 * says where there is jq (skipped without, unless MEM0_TEST_REQUIRE_JQ=1).
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitUntil } from "../support/daemon.ts";
import { Place, readmeBlocks } from "../support/readme.ts";

const SAMPLES = ["concurrent-audit-2026-11-21.jsonl", "sequential-audit-2026-11-21.jsonl"];
const SAMPLE_DAY = "2026-11-21";
const DAY_MS = 86_400_000;

interface Line {
  readonly path: string;
  readonly type?: string;
  readonly agent_id: string;
  readonly status?: number;
  readonly elapsed_ms?: number;
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly total_tokens?: number;
}

function sum(lines: readonly Line[], member: "input_tokens" | "output_tokens" | "total_tokens"): number {
  return lines.reduce((total, line) => total + (line[member] ?? 0), 0);
}

function isMissing(program: string): boolean {
  if (spawnSync(program, ["--version"]).status === 0) return false;
  const message = `the README's jq is not compared with ours, because there is no ${program}`;
  if (process.env["MEM0_TEST_REQUIRE_JQ"] === "1") throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return true;
}

describe("the questions", () => {
  const today = new Date().toISOString().slice(0, 10);
  const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  const failures = [401, 404, 500].map(
    (status, index) =>
      `{"ts": "${yesterday}T12:00:0${index}+00:00", "method": "POST", "path": "/memory/search", "status": ${status}, "elapsed_ms": ${index}, "ip": "127.0.0.1", "agent_id": "a1", "user_id": "boss"}\n`,
  );
  const usageBefore = `{"ts": "${yesterday}T12:00:05+00:00", "type": "token_usage", "path": "/memory/add", "agent_id": "a", "user_id": "boss", "llm_calls": 1, "input_tokens": 1000, "output_tokens": 10, "total_tokens": 1010}\n`;

  const place = new Place();
  const written: { readonly day: string; readonly line: Line }[] = [];
  const questions = readmeBlocks("sh").filter(
    ([comment, jq]) => comment?.startsWith("# ") && jq?.includes("| jq "),
  );

  beforeAll(() => {
    const keep = (name: string, day: string, text: string) => {
      place.write(join("audit_logs", name), text);
      for (const line of text.trimEnd().split("\n")) written.push({ day, line: JSON.parse(line) });
    };
    keep(`audit-${yesterday}.jsonl`, yesterday, failures.join("") + usageBefore);
    for (const name of SAMPLES) {
      const text = readFileSync(join("test/fixtures/audit", name), "utf8");
      keep(name.replace(SAMPLE_DAY, today), today, text.replaceAll(SAMPLE_DAY, today));
    }
    place.type("mem0-audit-shipper run --once");
  });
  afterAll(() => place.remove());

  /** The README's block under this heading: jq's command and ours. */
  function question(name: string): { readonly jq: string; readonly ours: string } {
    const [, jq, ours, ...more] = questions.find(([heading]) => heading === `# ${name}`) ?? [];
    assert(jq !== undefined && ours !== undefined && more.length === 0, `no block "# ${name}" in the README`);
    return { jq, ours };
  }

  function ask(name: string, options = ""): Record<string, unknown> & { readonly rows: Line[] } {
    return JSON.parse(place.type(`${question(name).ours} --json ${options}`));
  }

  /** jq's answer: one value, or several one after the other. */
  function jq(name: string): unknown[] {
    const text = place.type(question(name).jq.replace("| jq ", "| jq -c "));
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  const lines = () => written.map(({ line }) => line);
  const requests = () => lines().filter(({ status }) => status !== undefined);
  const isHealthCheck = ({ path }: Line) => path === "/health";

  const tokensOfToday = () => {
    const usage = written.filter(({ day, line }) => day === today && line.type === "token_usage");
    return usage.map(({ line }) => line);
  };
  const tokensByAgent = () =>
    [...new Set(lines().map(({ agent_id }) => agent_id))].map((agent) => {
      return {
        agent,
        total_tokens: sum(
          lines().filter((line) => line.agent_id === agent),
          "total_tokens",
        ),
      };
    });
  const slowest = () =>
    requests()
      .toSorted((a, b) => (b.elapsed_ms ?? 0) - (a.elapsed_ms ?? 0))
      .slice(0, 5)
      .map(({ path, elapsed_ms, agent_id }) => ({ path, elapsed_ms, agent_id }));
  const errors = () => requests().filter(({ status = 0 }) => status >= 400).length;

  it("are four", () => {
    expect(questions.map(([heading]) => heading)).toEqual([
      "# today's tokens",
      "# tokens by agent",
      "# the five slowest requests",
      "# the error rate",
    ]);
  });

  it("today's tokens", () => {
    expect(ask("today's tokens")["totals"]).toMatchObject({
      input_tokens: sum(tokensOfToday(), "input_tokens"),
      output_tokens: sum(tokensOfToday(), "output_tokens"),
      total_tokens: sum(tokensOfToday(), "total_tokens"),
    });
  });

  it("tokens by agent", () => {
    const rows = ask("tokens by agent", "--all")["rows"] as unknown as {
      agent: string;
      total_tokens: number;
    }[];
    const found = rows.map(({ agent, total_tokens }) => ({ agent, total_tokens }));
    expect(new Set(found)).toEqual(new Set(tokensByAgent()));
  });

  it("the five slowest requests", () => {
    expect(ask("the five slowest requests").rows).toMatchObject(slowest());
  });

  it("the error rate, health checks set aside", () => {
    const total = requests().filter((line) => !isHealthCheck(line)).length;
    expect(errors()).toBe(3);
    expect(ask("the error rate")).toMatchObject({ total, errors: errors(), rate: errors() / total });
  });

  it("are answered for people, too", () => {
    for (const [, , ours = ""] of questions) expect(place.type(ours)).toMatch(/\d/);
    expect(place.type(question("today's tokens").ours)).toContain(
      sum(tokensOfToday(), "input_tokens").toLocaleString("en-US"),
    );
  });

  describe.skipIf(isMissing("jq"))("have the answers that the README's jq gives", () => {
    it("today's tokens", () => {
      const [answer] = jq("today's tokens") as [Record<string, number>];
      const { input_tokens, output_tokens, total_tokens } = ask("today's tokens")["totals"] as Line;
      expect(answer).toEqual({ total_input: input_tokens, total_output: output_tokens, total: total_tokens });
    });

    it("tokens by agent", () => {
      const [answer] = jq("tokens by agent");
      const rows = ask("tokens by agent", "--all")["rows"] as unknown as Record<string, unknown>[];
      const found = rows.map(({ agent, total_tokens }) => ({ agent, total_tokens }));
      expect(new Set(found)).toEqual(new Set(answer as object[]));
    });

    it("the five slowest requests", () => {
      const found = ask("the five slowest requests").rows as unknown as Record<string, unknown>[];
      const shown = found.map(({ path, elapsed_ms, agent_id, ts }) => ({ path, elapsed_ms, agent_id, ts }));
      expect(shown).toEqual(jq("the five slowest requests"));
    });

    it("the error rate, health checks counted", () => {
      const [answer] = jq("the error rate") as [{ total: number; errors: number; rate: string }];
      const { total, errors: failed, rate } = ask("the error rate", "--all") as unknown as typeof answer;
      expect({ total, errors: failed, rate: `${Math.round(Number(rate) * 100)}%` }).toEqual(answer);
    });
  });
});

describe("the other commands", () => {
  const place = new Place();
  beforeAll(() => {
    for (const name of SAMPLES)
      place.write(join("audit_logs", name), readFileSync(join("test/fixtures/audit", name), "utf8"));
    place.type("mem0-audit-shipper run --once");
  });
  afterAll(() => place.remove());

  it("the first answer shown is what the real lines give", () => {
    const [[prompt = "", ...shown] = []] = readmeBlocks("text");
    expect(prompt).toBe("$ mem0-audit-shipper usage --by agent");
    expect(place.type(prompt.slice(2))).toContain(`${shown.join("\n")}\n`);
  });

  const needNothingElse = readmeBlocks("sh")
    .flat()
    .filter((line) => line.startsWith("mem0-audit-shipper ") && !line.includes("--config"));

  it("are not few", () => expect(needNothingElse.length).toBeGreaterThan(7));

  it.each(needNothingElse)("%s", (command) => {
    expect(place.type(command)).not.toBe("");
  });

  it.each(readmeBlocks("yaml").map((lines) => lines.join("\n")))("a configuration is right: %s", (yaml) => {
    place.write("mem0-audit-shipper.yaml", yaml);
    expect(place.type("mem0-audit-shipper check --config mem0-audit-shipper.yaml --offline")).toContain(
      "valid",
    );
  });
});

describe("the two commands to start with", () => {
  const place = new Place();
  let npm: ChildProcess | undefined;
  afterAll(() => {
    // The whole group, should npm have left the daemon behind.
    if (npm?.pid !== undefined && spawnSync("kill", ["-0", "--", `-${npm.pid}`]).status === 0)
      process.kill(-npm.pid, "SIGKILL");
    place.remove();
  });

  it("are these, and use scripts that there are", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(readmeBlocks("sh").slice(0, 3)).toEqual([
      ["npm ci && npm start -- --audit-dir ./audit_logs"],
      ["npm ci && npm start -- demo"],
      ["npm ci && npm test"],
    ]);
    expect(scripts).toMatchObject({
      prestart: "npm run build",
      start: expect.any(String),
      test: expect.any(String),
    });
  });

  it("npm start is the daemon; it prints the page's address and stops when npm is told to", async () => {
    // Built already: other tests are using the program.
    const words = [
      "start",
      "--silent",
      "--ignore-scripts",
      "--",
      "--audit-dir",
      join(place.folder, "audit_logs"),
    ];
    npm = spawn("npm", [...words, "--state-dir", join(place.folder, "state")], {
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
      env: { ...process.env, MEM0_AUDIT_CONFIG: "", MEM0_AUDIT_HTTP_LISTEN: "127.0.0.1:0" },
    });
    const { stdout } = npm;
    assert(stdout !== null);
    const ended = once(stdout, "close");
    let said = "";
    stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await waitUntil(() => said.includes("the page is at "), "the page's address");
    const url = /http:\S+/.exec(said)?.[0] ?? "";
    expect((await fetch(`${url}healthz`)).status).toBe(200);
    expect(await (await fetch(url)).text()).toContain("<html");
    npm.kill("SIGTERM");
    await ended;
    await expect(fetch(url)).rejects.toThrow();
  });
});
