/**
 * Goal: the daemon in its process: exit codes, what it says, signals, reload, page and status file.
 * Method: whole daemons in this process, on real folders, with a terminal that remembers.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runDaemon } from "../../../src/cli/run-daemon.ts";
import type { LoadedConfig } from "../../../src/config/load.ts";
import { isAlive, readStatusFile } from "../../../src/daemon/status-file.ts";
import { FileVersions } from "../../../src/system/file-versions.ts";
import { systemFiles } from "../../../src/system/files.ts";
import { acquireLock } from "../../../src/system/lock.ts";
import { waitUntil } from "../../support/daemon.ts";
import { requestLine } from "../../support/documents.ts";
import { type FakeOpenSearch, reply, startFakeOpenSearch } from "../../support/fake-opensearch.ts";
import { configOf, loadText } from "../config/loading.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const TODAY = "audit-2026-04-03.jsonl";

let root = "";
let terminal: FakeTerminal;
let server: FakeOpenSearch;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "run-daemon-"));
  mkdirSync(join(root, "audit_logs"));
  terminal = new FakeTerminal();
  server = await startFakeOpenSearch();
});
afterEach(async () => {
  rmSync(root, { recursive: true, force: true });
  await server.close();
});

function settings(others: object = {}): string {
  return JSON.stringify({
    source: { directory: join(root, "audit_logs") },
    state_dir: join(root, "state"),
    http: { enabled: false },
    log: { level: "silent" },
    ...others,
  });
}

function search(others: object = {}): object {
  const retry = { initial: "1ms", max: "5ms" };
  return {
    sinks: { search: { type: "opensearch", endpoints: [server.url], template: "off", retry, ...others } },
  };
}

function write(...lines: readonly string[]): void {
  writeFileSync(join(root, "audit_logs", TODAY), lines.map((line) => `${line}\n`).join(""), { flag: "a" });
}

async function runOnce(others: object = {}, timeoutMs = 60_000): Promise<number> {
  return await runDaemon(await configOf(settings(others)), terminal, { once: { timeoutMs } });
}

describe("once", () => {
  test("ships what is there and ends with 0, in silence", async () => {
    write(requestLine());
    expect(await runOnce(search())).toBe(0);
    expect(server.documents.size).toBe(1);
    expect([terminal.stdout, terminal.stderr]).toEqual(["", ""]);
  });

  test("ends with 0 where there is nothing, and where there is no folder yet", async () => {
    expect(await runOnce()).toBe(0);
    rmSync(join(root, "audit_logs"), { recursive: true });
    expect(await runOnce()).toBe(0);
  });

  test("ends with 0 with dead letters, and says how many", async () => {
    write(requestLine(), "torn", "[]");
    expect(await runOnce({ store: { enabled: false }, ...search() })).toBe(0);
    expect(terminal.stderr).toMatch(/^2 lines went to the dead letters; .*dead-letters list\n$/);
  });

  test("ends with 1 if a sink is still unavailable after the timeout", async () => {
    server.misbehave = () => true;
    write(requestLine());
    expect(await runOnce({ shutdown_timeout: "1ms", ...search() }, 50)).toBe(1);
    expect(terminal.stderr).toMatch(/^not everything was shipped within 0.05 s\n/);
  });

  test("ends with 1 if the audit folder is none, and says so", async () => {
    rmSync(join(root, "audit_logs"), { recursive: true });
    writeFileSync(join(root, "audit_logs"), "a file");
    expect(await runOnce({}, 50)).toBe(1);
    expect(terminal.stderr).toMatch(/audit_logs is not a folder/);
  });

  test("ends with 1 when it is stopped before the end, and says which sink is the reason", async () => {
    server.misbehave = (_, response) => {
      reply(response, 503, "down");
      return true;
    };
    write(requestLine());
    const running = runOnce(search());
    await waitUntil(() => server.requests.length > 2, "some attempts");
    terminal.signal("SIGTERM");
    expect(await running).toBe(1);
    expect(terminal.stderr).toMatch(/^stopped before everything was shipped\nsearch: .*503/);
  });
});

describe("the start", () => {
  test("is refused while another daemon has the state folder, which is named", async () => {
    await runOnce();
    const lock = acquireLock(join(root, "state", "daemon.lock"), "the other one");
    expect(await runOnce()).toBe(1);
    expect(terminal.stderr).toMatch(/state is in use by the other one; give each daemon its own/);
    if (lock.held) lock.release();
    expect(await runOnce()).toBe(0);
  });

  test("fails where the state folder cannot be made, and says what is needed", async () => {
    writeFileSync(join(root, "state"), "a file");
    expect(await runOnce()).toBe(1);
    expect(terminal.stderr).toMatch(/^cannot start: .*expected to be able to write the state folder/);
  });
});

describe("for ever", () => {
  async function start(others: object = {}, reload?: () => Promise<LoadedConfig>) {
    const config = await configOf(settings(others));
    const reloading = reload && { load: reload, secrets: new FileVersions() };
    const running = runDaemon(config, terminal, reloading && { reloading });
    await waitUntil(async () => (await status()) !== undefined, "the start");
    return running;
  }

  function status() {
    return readStatusFile(join(root, "state", "status.json"), systemFiles);
  }

  test.each(["SIGTERM", "SIGINT"] as const)("%s ends it with 0", async (signal) => {
    const running = start();
    await waitUntil(async () => isAlive(await status(), Date.now()), "the sign of life");
    terminal.signal(signal);
    expect(await running).toBe(0);
    expect(isAlive(await status(), Date.now())).toBe(false);
  });

  test("ships what comes while it runs", async () => {
    const running = start(search());
    write(requestLine());
    await waitUntil(() => server.documents.size === 1, "the first line");
    write(requestLine());
    await waitUntil(() => server.documents.size === 2, "the second line");
    terminal.signal("SIGTERM");
    expect(await running).toBe(0);
  });

  test("tells the address of the page, which answers", async () => {
    const running = start({ http: { listen: "127.0.0.1:0" } });
    await waitUntil(() => terminal.stdout !== "", "the address");
    const [, url] = /the page is at (http:\S+)\n/.exec(terminal.stdout) ?? [];
    const answer = await fetch(`${url}healthz`);
    expect(answer.status).toBe(200);
    const status = await fetch(`${url}api/v1/status`);
    expect(await status.json()).toMatchObject({ sinks: [{ name: "local" }] });
    terminal.signal("SIGTERM");
    expect(await running).toBe(0);
  });

  test("goes on without a page where the port is busy", async () => {
    const { port } = new URL(server.url);
    const running = start({ http: { listen: `127.0.0.1:${port}` }, ...search() });
    write(requestLine());
    await waitUntil(() => server.documents.size === 1, "the line");
    expect(terminal.stdout).toBe("");
    terminal.signal("SIGTERM");
    expect(await running).toBe(0);
  });

  test("SIGHUP takes over a new configuration, and keeps the old one if the new one is not valid", async () => {
    let text = settings({ redact: { ip: "drop" }, ...search() });
    let reloads = 0;
    const running = start({ store: { enabled: false }, ...search() }, async () => {
      reloads++;
      return await loadText(text);
    });
    const last = () => JSON.stringify([...server.documents.values()].at(-1));
    await waitUntil(async () => (await status()) !== undefined, "the start");
    terminal.signal("SIGHUP");
    await waitUntil(() => {
      write(requestLine());
      return server.documents.size > 0 && !last().includes("127.0.0.1");
    }, "a line without its address");
    text = settings({ redact: { ip: "nonsense" } });
    terminal.signal("SIGHUP");
    await waitUntil(() => reloads === 2, "the second reload");
    write(requestLine({ path: "/last" }));
    await waitUntil(() => last().includes("/last"), "the last line");
    expect(last()).not.toContain("127.0.0.1");
    terminal.signal("SIGTERM");
    expect(await running).toBe(0);
  });
});
