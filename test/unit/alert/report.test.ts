/**
 * Goal: the answer of the API and of `alerts list --json` is complete, and in the order people look for.
 * Method: a state with everything in it.
 */
import { expect, test } from "vitest";
import { report } from "../../../src/alert/alert.ts";
import { AlertMemory } from "../../../src/alert/memory.ts";
import { alertsReport, NOTHING_WATCHED } from "../../../src/alert/report.ts";
import { newState } from "../../../src/alert/state-file.ts";
import { finding, NOON_MS, notification } from "./finding.ts";

const SENDER = { instance: "shipper-1", labels: {} };

test("without a state nothing is watched", () => {
  expect(alertsReport(undefined, SENDER)).toEqual(NOTHING_WATCHED);
});

test("rules, what fires, what is over, channels", () => {
  const memory = new AlertMemory();
  const at = (minute: number) => ({ nowMs: NOON_MS + minute * 60_000, repeatMs: 1e9 });
  memory.take(report("lag", [finding("breached", { fingerprint: "old" })]), at(0));
  memory.take(report("lag", [finding("breached", { fingerprint: "new", isSilenced: true })]), at(1));
  memory.take(report("lag", [finding("breached", { fingerprint: "over" })]), at(2));
  memory.take(report("lag", [finding("clear", { fingerprint: "over" })]), at(3));
  memory.take(report("lag", [finding("breached", { fingerprint: "pending" })], { consecutive: 2 }), at(3));
  const warming = { state: "warming_up" as const, note: "24 hours are needed" };
  const state = {
    ...newState(NOON_MS, false),
    memory: memory.saved(),
    rules: { lag: { state: "watching" as const, note: "" }, spike: warming },
    waiting: { hook: { news: [notification()], problem: "answered 500" } },
  };
  const answer = alertsReport(state, SENDER);
  expect(answer.rules).toEqual([
    { rule: "spike", ...warming },
    { rule: "lag", state: "watching", note: "" },
  ]);
  expect(answer.firing.map(({ fingerprint, told, version }) => [fingerprint, told, version])).toEqual([
    ["new", false, 1],
    ["old", true, 1],
  ]);
  expect(answer.resolved).toMatchObject([
    { fingerprint: "over", status: "resolved", ends_at: "2026-11-21T12:03:00.000Z" },
  ]);
  expect(answer.channels).toEqual([{ name: "hook", waiting: 1, last_error: "answered 500" }]);
});
