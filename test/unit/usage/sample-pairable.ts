/** Records to be paired, for the tests of pairing. */
import type { PairableRecord } from "../../../src/usage/pairing.ts";

export const START_MS = Date.parse("2026-11-21T12:00:00Z");

export function request(changes: Partial<PairableRecord> = {}): PairableRecord {
  return {
    kind: "request",
    timestampMs: START_MS,
    routeGroup: "memory_create",
    urlTemplate: "/memory/add",
    status: 200,
    elapsedMs: 2000,
    agentId: "dev",
    userId: "boss",
    organizationId: null,
    apiKeyHash: null,
    apiKeyAlias: null,
    totalPicousd: undefined,
    ...changes,
  };
}

export function usage(changes: Partial<PairableRecord> = {}): PairableRecord {
  return request({ kind: "token_usage", status: null, elapsedMs: null, totalPicousd: 1000n, ...changes });
}
