/**
 * Goal: `usage requests` tells what requests cost, the same from the store and from the files, and where it cannot.
 * Method: the whole command on lines of the real service, eight clients at once among them, shipped by the daemon.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let directory = "";

async function run(...words: readonly string[]) {
  const terminal = new FakeTerminal();
  const exitCode = await runCommandLine([...words, "--config", join(directory, "config.yaml")], terminal);
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}

function configure(changes: object = {}): void {
  const settings = {
    source: { directory: join(directory, "audit_logs") },
    state_dir: join(directory, "state"),
    http: { enabled: false },
    log: { level: "silent" },
    ...changes,
  };
  writeFileSync(join(directory, "config.yaml"), JSON.stringify(settings));
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "usage-requests-"));
  mkdirSync(join(directory, "audit_logs"));
  for (const name of ["concurrent", "sequential"].map((kind) => `${kind}-audit-2026-11-21.jsonl`))
    copyFileSync(join("test/fixtures/audit", name), join(directory, "audit_logs", name));
  configure();
  await run("run", "--once");
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("pairs all 24 usage records of the real service, from the store and from the files", async () => {
  const fromStore = await run("usage", "requests", "--json");
  expect(fromStore).toMatchObject({ exitCode: 0, stderr: "" });
  const { rows, totals } = JSON.parse(fromStore.stdout);
  expect(totals).toMatchObject({
    paired_requests: 24,
    ambiguous_requests: 0,
    ambiguous_usage_records: 0,
    unpaired_usage_records: 0,
    failed_requests: 0,
  });
  const total = JSON.parse((await run("usage", "--json")).stdout).totals.total_usd;
  expect(totals.total_usd).toBe(total);
  expect(rows[0]).toMatchObject({ route: "memory_create", paired_requests: 24 });
  expect((await run("usage", "requests", "--json", "--from", "audit-dir")).stdout).toBe(fromStore.stdout);
});

test("reads the files where the store keeps sums only", async () => {
  configure({ store: { records: false } });
  const { stdout } = await run("usage", "requests", "--json");
  configure();
  expect(JSON.parse(stdout).totals.paired_requests).toBe(24);
});

test("is about the days and the rows asked for", async () => {
  const { stdout } = await run("usage", "requests", "--since", "2026-11-22", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ rows: [], totals: { requests: 0 } });
  const limited = JSON.parse(
    (await run("usage", "requests", "--by", "user", "--limit", "1", "--json")).stdout,
  );
  expect(limited.rows).toHaveLength(1);
});

test("says that a search server cannot tell", async () => {
  configure({ sinks: { search: { type: "opensearch", endpoints: ["http://127.0.0.1:9"] } } });
  const answer = await run("usage", "requests", "--from", "search");
  configure();
  expect(answer).toEqual({
    exitCode: 1,
    stdout: "",
    stderr:
      'usage: the sink "search" cannot say what single requests cost: leave --from out, or say --from audit-dir\n',
  });
});

test("says that there is no store", async () => {
  configure({ state_dir: join(directory, "nowhere") });
  const { exitCode, stderr } = await run("usage", "requests");
  configure();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^usage: there is no embedded store .*: start the daemon first, or say --from audit-dir\n$/,
  );
});
