/**
 * Goal: a gap that the last proof found is told until a proof finds none.
 * Method: results of proofs.
 */
import { expect, test } from "vitest";
import { judgeVerify } from "../../../src/alert/verify-gap.ts";

const TIME = "2026-11-21T12:00:00.000Z";

function levels(missing: Readonly<Record<string, number>>, sinks: readonly string[] = ["search", "logs"]) {
  const found = Object.fromEntries(
    Object.entries(missing).map(([sink, count]) => [sink, { missing: count }]),
  );
  const { findings } = judgeVerify({ version: 1, time: TIME, sinks: found }, sinks);
  return findings.map(({ fingerprint, level }) => `${fingerprint} ${level}`);
}

test("each sink with missing lines is an alert, each without is none", () => {
  expect(levels({ search: 3, logs: 0 })).toEqual(["verify:search breached", "verify:logs clear"]);
});

test("a sink that is not configured any more is left out", () => {
  expect(levels({ search: 3 }, ["logs"])).toEqual([]);
});

test("without a proof nothing is known, and the rule says so", () => {
  const { findings, status } = judgeVerify(undefined, ["search"]);
  expect(findings).toEqual([]);
  expect(status.note).toMatch(/verify was not run yet/);
});
