/**
 * What the running daemon shows of itself: plain data that the lanes hand out and that `status`, the metrics,
 * readiness and the page are made from. Taking a snapshot changes nothing.
 */

import type { LaneSnapshot } from "../lane/snapshot.ts";

/** What the lines cost, counted once, in the embedded store's lane, since the start of the daemon. */
export interface UsageCounters {
  readonly tokens: readonly {
    readonly category: string;
    readonly direction: "input" | "output";
    readonly count: number;
  }[];
  readonly costs: readonly { readonly category: string; readonly picousd: bigint }[];
  /** Every agent; the metrics show the most expensive ones. */
  readonly agentCosts: readonly { readonly agent: string; readonly picousd: bigint }[];
  readonly unpriced: readonly { readonly model: string; readonly records: number }[];
}

export interface Readiness {
  readonly ready: boolean;
  /** One sentence for each lane that is not ready. */
  readonly reasons: readonly string[];
}

/** The daemon, as those who report on it see it. */
export interface DaemonView {
  readonly version: string;
  readonly startedAtMs: number;
  lanes(): readonly LaneSnapshot[];
  readiness(): Readiness;
  /** Undefined if the embedded store is off. */
  usage(): UsageCounters | undefined;
}

/** The answer of `status --json` and of `/api/v1/status`. */
export interface StatusReport {
  readonly sinks: readonly {
    readonly name: string;
    readonly type: string;
    readonly files: readonly {
      readonly name: string;
      readonly size: number;
      readonly delivered_offset: number;
      readonly lag_bytes: number;
      readonly partial_bytes: number;
    }[];
    readonly lag_bytes: number;
    readonly oldest_unacked_seconds: number;
    readonly dead_letters: number;
    readonly last_error: string | null;
  }[];
}

/** What of a lane goes into the status report: all that is known while no daemon runs, too. */
export type LaneStatus = Pick<
  LaneSnapshot,
  "name" | "type" | "files" | "oldestUnackedSeconds" | "deadLetters" | "lastError"
>;

/** The bytes of complete lines that a lane still has to deliver. */
export function laneLagBytes(lane: Pick<LaneSnapshot, "files">): number {
  return lane.files.reduce((sum, file) => sum + file.lagBytes, 0);
}

/** Lines that were read and are nowhere: always 0, or the daemon has a bug. */
export function conservationResidual(lane: LaneSnapshot): number {
  const { stored, duplicate, deadLetter, skipped } = lane.fates;
  return lane.linesRead - stored - duplicate - deadLetter - skipped - lane.inFlightLines;
}

/** Makes the answer of `status --json`. */
export function statusReport(lanes: readonly LaneStatus[]): StatusReport {
  return {
    sinks: lanes.map((lane) => ({
      name: lane.name,
      type: lane.type,
      files: lane.files.map((file) => ({
        name: file.name,
        size: file.sizeBytes,
        delivered_offset: file.deliveredOffset,
        lag_bytes: file.lagBytes,
        partial_bytes: file.partialBytes,
      })),
      lag_bytes: laneLagBytes(lane),
      oldest_unacked_seconds: lane.oldestUnackedSeconds,
      dead_letters: lane.deadLetters,
      last_error: lane.lastError ?? null,
    })),
  };
}

function whyNotReady(lane: LaneSnapshot, readyLagMs: number): string | undefined {
  const error = lane.lastError === undefined ? "" : `: ${lane.lastError}`;
  if (lane.state === "blocked" || lane.state === "stopped")
    return `sink ${lane.name} is ${lane.state}${error}`;
  if (lane.oldestUnackedSeconds * 1000 <= readyLagMs) return undefined;
  const waited = Math.floor(lane.oldestUnackedSeconds);
  return `sink ${lane.name}: the oldest line waits for ${waited} s, the limit is ${readyLagMs / 1000} s${error}`;
}

/** Ready means: no lane is blocked or stopped, and no line waits for longer than `readyLagMs`. */
export function readiness(lanes: readonly LaneSnapshot[], readyLagMs: number): Readiness {
  const reasons = lanes.flatMap((lane) => whyNotReady(lane, readyLagMs) ?? []);
  return { ready: reasons.length === 0, reasons };
}
