/**
 * Goal: `status` tells how far each sink is, as the published JSON or as a table, with the daemon up or down.
 * Method: the command line on real folders, with a terminal that remembers.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { StateFolder } from "../../../src/daemon/state-folder.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { requestLine } from "../../support/documents.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const TODAY = "audit-2026-04-03.jsonl";
const LINE = `${requestLine()}\n`;

let root = "";
let folders: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "status-"));
  folders = [
    "--audit-dir",
    join(root, "audit_logs"),
    "--state-dir",
    join(root, "state"),
    "--log-level",
    "silent",
  ];
  mkdirSync(join(root, "audit_logs"));
  writeFileSync(join(root, "audit_logs", TODAY), `${LINE}torn\n{"unfinished`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(...words: readonly string[]) {
  const terminal = new FakeTerminal();
  const code = await runCommandLine([...words, ...folders], terminal);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

function writeStatus(updatedMs: number, state: string): void {
  const lane = { name: "local", state, last_error: "disk full", unacked_since_ms: null };
  writeFileSync(join(root, "state", "status.json"), JSON.stringify({ updated_ms: updatedMs, lanes: [lane] }));
}

test("--json is the published document and nothing else", async () => {
  await run("run", "--once");
  const { code, stdout, stderr } = await run("status", "--json");
  expect([code, stderr]).toEqual([0, ""]);
  const size = LINE.length + 5 + 12;
  const file = { name: TODAY, size, delivered_offset: LINE.length + 5, lag_bytes: 0, partial_bytes: 12 };
  expect(JSON.parse(stdout)).toEqual({
    sinks: [
      {
        name: "local",
        type: "store",
        files: [file],
        lag_bytes: 0,
        oldest_unacked_seconds: 0,
        dead_letters: 1,
        last_error: null,
      },
    ],
  });
});

test("before the first start everything is still to be delivered, and nothing is made", async () => {
  const { code, stdout } = await run("status", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout).sinks).toMatchObject([{ name: "local", lag_bytes: LINE.length + 5 }]);
  expect(() => rmSync(join(root, "state"))).toThrow(/ENOENT/);
});

test("for people it is a table, and says whether a daemon is at work", async () => {
  await run("run", "--once");
  expect((await run("status")).stdout).toMatch(/^No daemon is at work[\s\S]*sink[\s\S]*local\s+store/);
  writeStatus(Date.now(), "delivering");
  expect((await run("status")).stdout).toMatch(/^The daemon is at work[\s\S]*disk full/);
});

test.each([
  ["at work", 0, "delivering", 0],
  ["blocked, but at work", 0, "blocked", 0],
  ["silent for long", 60_000, "delivering", 1],
  ["stopped", 0, "stopped", 1],
])("--healthy of a daemon that is %s prints nothing", async (_, ageMs, state, expected) => {
  mkdirSync(join(root, "state"));
  writeStatus(Date.now() - ageMs, state);
  expect(await run("status", "--healthy")).toEqual({ code: expected, stdout: "", stderr: "" });
});

test("--healthy without any daemon ever is 1", async () => {
  expect((await run("status", "--healthy")).code).toBe(1);
});

describe("--live", () => {
  test("says no only while a daemon has the state folder and gives no sign of life", async () => {
    await run("run", "--once");
    const live = async () => (await run("status", "--live")).code;
    writeStatus(Date.now() - 60_000, "idle");
    expect(await live()).toBe(0);
    const lock = new StateFolder(join(root, "state")).lock(systemClock);
    expect(await live()).toBe(1);
    writeStatus(Date.now(), "idle");
    expect(await live()).toBe(0);
    if (lock.held) lock.release();
  });

  test("does not mind a configuration that is not valid: a restart would not mend it", async () => {
    const file = join(root, "config.yaml");
    writeFileSync(file, "sources: {}\n");
    expect(await run("status", "--live", "-c", file)).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});
