/**
 * Goal: what fires can be read at a glance, with the daemon up or down, and by programs.
 * Method: states written into a folder, and what is printed.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { report } from "../../../src/alert/alert.ts";
import { AlertMemory } from "../../../src/alert/memory.ts";
import { newState } from "../../../src/alert/state-file.ts";
import { listAlerts } from "../../../src/cli/alerts-list.ts";
import { finding, NOON_MS, notification } from "../alert/finding.ts";
import { configOf } from "../config/loading.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let root = "";
let terminal: FakeTerminal;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "alerts-list-"));
  terminal = new FakeTerminal();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function save(): void {
  const memory = new AlertMemory();
  const at = { nowMs: NOON_MS, repeatMs: 1e9 };
  memory.take(report("lag", [finding("breached", { title: "Delivery to \u001b[2Jsearch is late" })]), at);
  memory.take(
    report("lag", [finding("breached", { fingerprint: "over", title: "Delivery to logs is late" })]),
    at,
  );
  memory.take(
    report("lag", [finding("clear", { fingerprint: "over", title: "Delivery to logs is late" })]),
    at,
  );
  const rules = {
    spike: { state: "warming_up" as const, note: "24 hours of history are needed to compare with" },
    lag: { state: "watching" as const, note: "" },
  };
  const waiting = { hook: { news: [notification()], problem: "answered 500" } };
  writeFileSync(
    join(root, "alerts.json"),
    JSON.stringify({ ...newState(NOON_MS, false), memory: memory.saved(), rules, waiting }),
  );
}

const config = async (others: object = { alerts: {} }) =>
  configOf(JSON.stringify({ state_dir: root, instance: "one", ...others }));

test("alerts, what is over, rules and channels", async () => {
  save();
  expect(await listAlerts(await config(), false, terminal)).toBe(0);
  expect(terminal.stdout).toBe(`1 firing:
  critical  Delivery to \\u{1b}[2Jsearch is late  (since 2026-11-21T12:00:00.000Z)
    The oldest line waits for 400 s.

Over:
  Delivery to logs is late  2026-11-21T12:00:00.000Z to 2026-11-21T12:00:00.000Z

rule   state
spike  warming up  24 hours of history are needed to compare with
lag    watching

channel  waiting  last error
hook           1  answered 500
`);
});

test("the same for programs", async () => {
  save();
  await listAlerts(await config(), true, terminal);
  expect(JSON.parse(terminal.stdout)).toMatchObject({
    enabled: true,
    rules: [{ rule: "spike", state: "warming_up" }, { rule: "lag" }],
    firing: [{ fingerprint: "lag:search", told: true, instance: "one" }],
    resolved: [{ fingerprint: "over" }],
    channels: [{ name: "hook", waiting: 1, last_error: "answered 500" }],
  });
});

test("alerts that are off say how they are turned on", async () => {
  save();
  await listAlerts(await config({}), false, terminal);
  expect(terminal.stdout).toMatch(/^Alerts are off: .*alerts: \{\}/);
});

test("a damaged file is told, and no failure", async () => {
  writeFileSync(join(root, "alerts.json"), "{");
  expect(await listAlerts(await config(), true, terminal)).toBe(0);
  expect(JSON.parse(terminal.stdout)).toMatchObject({ enabled: false });
  expect(terminal.stderr).toMatch(/alerts\.json cannot be read/);
});
