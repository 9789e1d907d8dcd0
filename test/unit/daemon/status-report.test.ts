/**
 * Goal: the status report has the published members, and readiness turns only for the published reasons.
 * Method: snapshots written by hand; a table of lanes for readiness.
 */
import { describe, expect, it } from "vitest";
import {
  conservationResidual,
  laneLagBytes,
  readiness,
  statusReport,
} from "../../../src/daemon/status-report.ts";
import type { LaneSnapshot } from "../../../src/lane/snapshot.ts";

const nothingObserved = { bounds: [1], counts: [0, 0], sum: 0 };

const lane: LaneSnapshot = {
  name: "search",
  type: "opensearch",
  state: "delivering",
  files: [
    {
      name: "audit-2026-11-20.jsonl",
      sizeBytes: 100,
      deliveredOffset: 100,
      lagBytes: 0,
      partialBytes: 0,
    },
    {
      name: "audit-2026-11-21.jsonl",
      sizeBytes: 90,
      deliveredOffset: 40,
      lagBytes: 30,
      partialBytes: 20,
    },
  ],
  oldestUnackedSeconds: 1.5,
  deadLetters: 2,
  lastError: undefined,
  linesRead: 21,
  fates: { stored: 10, duplicate: 4, deadLetter: 2, skipped: 1 },
  inFlightLines: 4,
  retries: {},
  batchBytes: nothingObserved,
  deliverSeconds: nothingObserved,
};

describe("the status report", () => {
  it("has exactly the published members, in the published order", () => {
    expect(JSON.stringify(statusReport([lane]))).toBe(
      '{"sinks":[{"name":"search","type":"opensearch","files":[' +
        '{"name":"audit-2026-11-20.jsonl","size":100,"delivered_offset":100,"lag_bytes":0,"partial_bytes":0},' +
        '{"name":"audit-2026-11-21.jsonl","size":90,"delivered_offset":40,"lag_bytes":30,"partial_bytes":20}],' +
        '"lag_bytes":30,"oldest_unacked_seconds":1.5,"dead_letters":2,"last_error":null}]}',
    );
  });

  it("keeps the last error", () => {
    expect(statusReport([{ ...lane, lastError: "refused: 401" }]).sinks[0]?.last_error).toBe("refused: 401");
  });

  it("is an empty list without sinks", () => {
    expect(statusReport([])).toEqual({ sinks: [] });
  });
});

it("the lag of a lane is the sum over its files, without unfinished lines", () => {
  expect(laneLagBytes(lane)).toBe(30);
  expect(laneLagBytes({ files: [] })).toBe(0);
});

it("the conservation residual is what was read and is nowhere", () => {
  expect(conservationResidual(lane)).toBe(0);
  expect(conservationResidual({ ...lane, linesRead: 22 })).toBe(1);
});

describe("readiness", () => {
  const readyLagMs = 60_000;

  it.each<[string, Partial<LaneSnapshot>]>([
    ["idle", { state: "idle", oldestUnackedSeconds: 0 }],
    ["delivering", { state: "delivering", oldestUnackedSeconds: 60 }],
    ["retrying for a short time", { state: "retrying", oldestUnackedSeconds: 59, lastError: "http_503" }],
  ])("a lane that is %s is ready", (_, change) => {
    expect(readiness([{ ...lane, ...change }], readyLagMs)).toEqual({ ready: true, reasons: [] });
  });

  it.each<[string, Partial<LaneSnapshot>, string]>([
    [
      "late",
      { state: "retrying", oldestUnackedSeconds: 61.4, lastError: "no answer" },
      "sink search: the oldest line waits for 61 s, the limit is 60 s: no answer",
    ],
    ["blocked", { state: "blocked", lastError: "403" }, "sink search is blocked: 403"],
    ["stopped", { state: "stopped" }, "sink search is stopped"],
  ])("a lane that is %s is not ready, and says why", (_, change, reason) => {
    const other: LaneSnapshot = { ...lane, name: "local", oldestUnackedSeconds: 0 };
    expect(readiness([other, { ...lane, ...change }], readyLagMs)).toEqual({
      ready: false,
      reasons: [reason],
    });
  });

  it("a daemon without lanes is ready", () => {
    expect(readiness([], readyLagMs)).toEqual({ ready: true, reasons: [] });
  });
});
