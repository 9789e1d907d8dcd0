/** Rows and batches for the tests of the store. */
import type { Cost } from "../../../src/cost/cost.ts";
import type { StoreRow } from "../../../src/store/row.ts";
import type { Checkpoint } from "../../../src/tail/checkpoint.ts";
import { identifyGeneration } from "../../../src/tail/generation.ts";

export const generation = identifyGeneration("", "audit-2026-11-21.jsonl", Buffer.from("first line"), 0);

export function checkpoint(offset: number, changes: Partial<Checkpoint> = {}): Checkpoint {
  return {
    generation,
    offset,
    tailSha256: "00",
    lastTimestamp: "2026-11-21T01:34:54.994117+00:00",
    seenAs: generation.name,
    inode: "1:2",
    ...changes,
  };
}

export const NOON_MS = Date.parse("2026-11-21T12:00:00Z");

export function requestRow(changes: Partial<StoreRow> = {}): StoreRow {
  return {
    offset: 0,
    timestampMs: NOON_MS,
    kind: "request",
    routeGroup: "memory_create",
    urlTemplate: "/memory/add",
    path: "/memory/add",
    method: "POST",
    status: 200,
    elapsedMs: 250,
    agentId: "dev",
    userId: "boss",
    organizationId: null,
    team: null,
    apiKeyHash: null,
    apiKeyAlias: null,
    cost: undefined,
    line: Buffer.from("{}"),
    ...changes,
  };
}

export function cost(changes: Partial<Cost> = {}): Cost {
  return {
    category: "llm",
    model: "haiku",
    modelSource: "default",
    status: "priced",
    priceId: "0123456789ab",
    inputPicousd: 33_804_800_000n,
    outputPicousd: 152_000_000_000n,
    totalPicousd: 185_804_800_000n,
    calls: 2,
    inputTokens: 42_256,
    outputTokens: 38_000,
    quality: [],
    lowerBoundUsd: undefined,
    ...changes,
  };
}

export function usageRow(changes: Partial<StoreRow> = {}, costChanges: Partial<Cost> = {}): StoreRow {
  return requestRow({
    kind: "token_usage",
    method: null,
    status: null,
    elapsedMs: null,
    cost: cost(costChanges),
    ...changes,
  });
}
