/**
 * Goal: every command that the pages tell people to type works as it stands there.
 * Method: commands are taken out of the pages and run by a shell, one after the other, in a folder with lines of the
 * real service, a torn one among them, and a configuration with a real OpenSearch as its sink. Names that stand for
 * something (ID, MODEL) are put in. Without a server those that need it are skipped, unless MEM0_TEST_REQUIRE_SERVERS=1.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Place } from "../support/readme.ts";

const { url, missing } = inject("openSearch");

const PAGES = [
  "README.md",
  ...readdirSync("docs").map((name) => join("docs", name)),
  "deploy/mem0/README.md",
];
const CONFIG = "mem0-audit-shipper.yaml";
const INDEX = "mem0-docs-test";
const MODEL = "us.anthropic.claude-3-5-haiku-20241022-v1:0";

/** Commands that stand in the pages but are run elsewhere, and where. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^npx /, "package.test.ts installs the package"],
  [/ s3:\/\//, "the tests of the body store run it on a real S3 protocol server"],
  [/--sink bodies/, "the tests of the body store run it on a real S3 protocol server"],
];

/** Commands that say no here: there is no daemon, and a torn line stays torn. */
const SAYS_NO = /status --healthy|dead-letters replay/;

/** What a page tells to type: lines of blocks of code, and code in the text. */
function commandsOf(page: string): string[] {
  const source = readFileSync(page, "utf8");
  const lines = [...source.matchAll(/^(?: {4}| {7}|\$ )?((?:npx )?mem0-audit-shipper .*)$/gm)];
  const inText = [...source.replace(/^```.*?^```/gms, "").matchAll(/`(mem0-audit-shipper [^`]+)`/g)];
  return [...lines, ...inText].map(([, command = ""]) =>
    command
      .replace(/\s{2,}#.*$/, "")
      .replace(/\s+/g, " ")
      .trim(),
  );
}

const commands = [...new Set(PAGES.filter((page) => page.endsWith(".md")).flatMap(commandsOf))];
const here = commands.filter((command) => !ELSEWHERE.some(([pattern]) => pattern.test(command)));

/** Those that do not end by themselves: they are stopped once they have said something. */
function isEndless(command: string): boolean {
  return /shipper (run(?! --once)|demo)|--watch/.test(command);
}

it("there are some, and none of the exceptions is idle", () => {
  expect(commands.length).toBeGreaterThan(30);
  for (const [pattern, where] of ELSEWHERE)
    expect(
      commands.some((command) => pattern.test(command)),
      `${pattern}: ${where}`,
    ).toBe(true);
});

it.skipIf(url !== undefined)("a real server is there", () => {
  console.warn(`SKIPPED: the commands of the pages are not run: ${missing}`);
});

describe.skipIf(url === undefined)("typed as it stands there", () => {
  const place = new Place();
  /** What the names in the pages stand for. */
  const names: [RegExp, string][] = [];

  async function run(command: string): Promise<{ code: number | null; said: string }> {
    const child = spawn("sh", ["-c", `exec ${command}`], place.spawnOptions({ MEM0_AUDIT_CONFIG: CONFIG }));
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const ended = once(child, "close");
    if (isEndless(command)) {
      await Promise.race([once(child.stdout, "data"), ended]);
      assert(child.pid !== undefined);
      process.kill(child.pid, "SIGTERM");
    }
    const [code] = await ended;
    return { code, said: (await said).join("") };
  }

  async function answer<Answer>(command: string): Promise<Answer> {
    const { code, said } = await run(command);
    assert.equal(code, 0, said);
    return JSON.parse(said);
  }

  beforeAll(async () => {
    const lines = readFileSync("test/fixtures/audit/sequential-audit-2026-11-21.jsonl", "utf8");
    const found =
      '{"ts": "2026-11-21T00:00:00+00:00", "event": "retrieval_detail", "path": "/memory/search", "agent_id": "a", "user_id": "u", "query": "tea", "results": [{"id": "1", "memory": "likes tea", "score": 0.5}]}';
    const torn = '{"ts": "2026-';
    place.write(join("audit_logs", "audit-2026-11-21.jsonl"), `${found}\n${lines}${torn}\n`);
    place.write("key.txt", "sk-example\n");
    place.write(
      CONFIG,
      JSON.stringify({
        sinks: { search: { type: "opensearch", endpoints: [url], index: `${INDEX}-{yyyy.MM.dd}` } },
        redact_key: "key",
        bodies: { store: "file" },
        budgets: [{ name: "month", scope: "all", period: "month", amount_usd: "50" }],
        alerts: { channels: { log: { type: "log" } } },
        http: { listen: "127.0.0.1:0" },
      }),
    );
    const once = await run(`mem0-audit-shipper run --once --config ${CONFIG}`);
    assert.equal(once.code, 0, once.said);
    const { items } = await answer<{ items: { id: string }[] }>(
      "mem0-audit-shipper dead-letters list --json",
    );
    const { price_id } = await answer<{ price_id: string }>(`mem0-audit-shipper prices show ${MODEL} --json`);
    const [day = ""] = readdirSync(join(place.folder, "state", "bodies")).filter((name) => /^\d/.test(name));
    const [body = ""] = readdirSync(join(place.folder, "state", "bodies", day));
    names.push(
      [/\bID\b/, items[0]?.id ?? ""],
      [/\bPRICE_ID\b/, price_id],
      [/\bMODEL\b/, MODEL],
      [/\bFILE\b|\bconfig\.yaml\b/, CONFIG],
      [/ --hash \S+/, ""],
      [/\d{4}-\d\d-\d\d\/[\w-]{22}-\d+\.json\.gz/, `${day}/${body}`],
      [/(?<=bodies show )[\w-]{22}-\d+$/, body.replace(".json.gz", "")],
    );
  });
  afterAll(async () => {
    place.remove();
    await fetch(`${url}/${INDEX}-*`, { method: "DELETE" });
  });

  it.each(here)("%s", async (command) => {
    const typed = names.reduce((before, [name, value]) => before.replace(name, value), command);
    const { code, said } = await run(typed);
    expect(code, said).toBe(SAYS_NO.test(command) ? 1 : 0);
  });
});
