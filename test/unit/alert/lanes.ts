/** Lanes as alerts see them. */
import type { LaneSnapshot } from "../../../src/lane/snapshot.ts";

const NOTHING = { bounds: [], counts: [0], sum: 0 };

export function laneSnapshot(changes: Partial<LaneSnapshot> = {}): LaneSnapshot {
  return {
    name: "search",
    type: "opensearch",
    state: "idle",
    files: [laneFile()],
    oldestUnackedSeconds: 0,
    deadLetters: 0,
    lastError: undefined,
    linesRead: 10,
    fates: { stored: 10, duplicate: 0, deadLetter: 0, skipped: 0 },
    inFlightLines: 0,
    retries: {},
    batchBytes: NOTHING,
    deliverSeconds: NOTHING,
    ...changes,
  };
}

/** A file of 1000 bytes of complete lines. */
export function laneFile(deliveredOffset = 1000, name = "audit-2026-11-21.jsonl") {
  return { name, sizeBytes: 1000, deliveredOffset, lagBytes: 1000 - deliveredOffset, partialBytes: 0 };
}
