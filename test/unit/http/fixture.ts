/** A daemon as the HTTP tests show it: two lanes, some usage, everything replaceable. */

import type { DaemonView, Readiness, UsageCounters } from "../../../src/daemon/status-report.ts";
import type { UsageAccess } from "../../../src/http/usage-api.ts";
import type { Histogram, LaneSnapshot } from "../../../src/lane/snapshot.ts";
import { keyValues } from "../../../src/store/key-values.ts";
import { columnsOf } from "../../../src/usage/dimension.ts";
import { StoreUsage } from "../../../src/usage/store-source.ts";
import { NOON_MS } from "../store/sample-rows.ts";
import type { SampleStore } from "../store/sample-store.ts";

export const observed: Histogram = { bounds: [1024, 65_536], counts: [2, 3, 1], sum: 200_000 };

export const lane: LaneSnapshot = {
  name: "search",
  type: "opensearch",
  state: "delivering",
  files: [
    {
      name: "audit-2026-11-20.jsonl",
      sizeBytes: 4096,
      deliveredOffset: 4096,
      lagBytes: 0,
      partialBytes: 0,
    },
    {
      name: "audit-2026-11-21.jsonl",
      sizeBytes: 1_000_000,
      deliveredOffset: 998_000,
      lagBytes: 1980,
      partialBytes: 20,
    },
  ],
  oldestUnackedSeconds: 1.5,
  deadLetters: 2,
  lastError: undefined,
  linesRead: 5321,
  fates: { stored: 5300, duplicate: 4, deadLetter: 2, skipped: 1 },
  inFlightLines: 14,
  retries: { http_503: 3 },
  batchBytes: observed,
  deliverSeconds: { bounds: [0.1], counts: [6, 0], sum: 0.25 },
};

export const usageCounters: UsageCounters = {
  tokens: [
    { category: "llm", direction: "input", count: 42_256 },
    { category: "llm", direction: "output", count: 38_000 },
  ],
  costs: [{ category: "llm", picousd: 185_804_800_000n }],
  agentCosts: [{ agent: "dev", picousd: 185_804_800_000n }],
  unpriced: [{ model: "mystery", records: 3 }],
};

export function daemonView(
  change: {
    readonly lanes?: readonly LaneSnapshot[];
    readonly usage?: UsageCounters | undefined;
    readonly readiness?: Readiness;
  } = {},
): DaemonView {
  return {
    version: "0.1.0",
    startedAtMs: 0,
    lanes: () => change.lanes ?? [lane, { ...lane, name: "local", type: "store", state: "idle" }],
    readiness: () => change.readiness ?? { ready: true, reasons: [] },
    usage: () => ("usage" in change ? change.usage : usageCounters),
  };
}

/** A clock that stands still at noon of the sample rows' day. */
export const noonClock = { nowMs: () => NOON_MS, monotonicMs: () => 0, sleep: async () => {} };

/** A store as the web server asks it. */
export function usageOf({ store }: SampleStore, changes: Partial<UsageAccess> = {}): UsageAccess {
  return {
    source: new StoreUsage(store.database),
    isComplete: () => true,
    keepsRecords: true,
    knownValues: (dimension, limit) => keyValues(store.database, columnsOf([dimension]), limit),
    ...changes,
  };
}
