/**
 * Goal: the demo shows real files to a real configuration, never touches the user's own, and leaves nothing.
 * Method: a demo with a real temporary folder, a clock that stands still, and a daemon that only looks around.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { CommonOptions, Terminal } from "../../../src/cli/command.ts";
import { type DemoWorld, demoCommand, runDemo } from "../../../src/cli/demo.ts";
import type { Config } from "../../../src/config/load.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { makeScratchFolder } from "../../../src/system/scratch-folder.ts";

const NOW_MS = Date.UTC(2026, 3, 3, 12);

function fakeTerminal(
  environment: Terminal["environment"] = {},
): Terminal & { text: string; signal: () => void } {
  const listeners = new Set<() => void>();
  const terminal = {
    environment,
    isInteractive: false,
    columns: 80,
    text: "",
    out: (text: string) => {
      terminal.text += text;
    },
    err: (text: string) => {
      terminal.text += text;
    },
    onSignal: (_signal: string, listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signal: () => {
      for (const listener of listeners) listener();
    },
  };
  return terminal;
}

function world(runDaemon: (config: Config) => Promise<void>): DemoWorld {
  let nowMs = NOW_MS;
  return {
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      sleep: async (durationMs) => {
        nowMs += durationMs;
        await new Promise(setImmediate);
      },
    },
    random: seededRandom(1),
    makeFolder: () => makeScratchFolder("mem0-audit-demo-test-"),
    runDaemon: async (config) => {
      await runDaemon(config);
      return 0;
    },
  };
}

it("the demo has a history of the asked days, then live lines, and removes it all", async () => {
  const terminal = fakeTerminal({ MEM0_AUDIT_CONFIG: "/never/read.yaml", MEM0_AUDIT_DIR: "/never/used" });
  let folder = "";
  const daemon = async ({ source, sinks, store, state_dir, budgets }: Config) => {
    folder = dirname(source.directory);
    expect(state_dir).toBe(join(folder, "state"));
    expect(sinks).toEqual({});
    expect(budgets.length).toBeGreaterThan(1);
    expect(store.enabled).toBe(true);
    expect(readdirSync(source.directory).sort()).toEqual([
      "audit-2026-04-01.jsonl",
      "audit-2026-04-02.jsonl",
      "audit-2026-04-03.jsonl",
    ]);
    const today = join(source.directory, "audit-2026-04-03.jsonl");
    const before = readFileSync(today).length;
    while (readFileSync(today).length < before + 1000) await new Promise(setImmediate);
  };
  expect(await runDemo({ days: 2, rate: 40 }, terminal, world(daemon))).toBe(0);
  expect(terminal.text).toMatch(/Imagined \d{5} audit lines of 2 days/);
  expect(folder).not.toBe("");
  expect(existsSync(folder)).toBe(false);
});

it("a signal before the daemon runs ends the demo", async () => {
  const terminal = fakeTerminal();
  let folder = "";
  const interrupted: DemoWorld = {
    ...world(() => Promise.reject(new Error("the daemon must not run"))),
    makeFolder: async () => {
      const made = await makeScratchFolder("mem0-audit-demo-test-");
      folder = made.path;
      terminal.signal();
      return made;
    },
  };
  expect(await runDemo({ days: 0, rate: 40 }, terminal, interrupted)).toBe(0);
  expect(existsSync(folder)).toBe(false);
});

it("the folder is removed even if the daemon fails", async () => {
  let folder = "";
  const failing = world(({ source }) => {
    folder = dirname(source.directory);
    return Promise.reject(new Error("broken"));
  });
  await expect(runDemo({ days: 0, rate: 40 }, fakeTerminal(), failing)).rejects.toThrow("broken");
  expect(folder).not.toBe("");
  expect(existsSync(folder)).toBe(false);
});

it.each([
  [{ days: -1, rate: 40 }, "--days: expected 0 to 90, found -1"],
  [{ days: 1, rate: 0 }, "--rate: expected more than 0"],
  [{ days: 1, rate: 40, config: "audit.yaml" }, "must not reach your sinks"],
])("%j is refused with what would be right", async (options, message) => {
  const terminal = fakeTerminal();
  expect(await demoCommand.run(options as CommonOptions, terminal)).toBe(2);
  expect(terminal.text).toContain(message);
});
