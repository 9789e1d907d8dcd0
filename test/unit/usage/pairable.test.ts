/**
 * Goal: records to be paired come the same from the store and from documents, those just outside the span among them.
 * Method: rows in a store; documents with the same members.
 */
import { expect, test } from "vitest";
import type { Document } from "../../../src/document/document.ts";
import { type PairSpan, pairableInStore, pairableOf } from "../../../src/usage/pairable.ts";
import type { PairableRecord } from "../../../src/usage/pairing.ts";
import { NOON_MS, requestRow, usageRow } from "../store/sample-rows.ts";
import { makeSampleStore } from "../store/sample-store.ts";

const SPAN: PairSpan = { fromMs: NOON_MS, untilMs: NOON_MS + 1000 };

async function all(records: AsyncIterable<PairableRecord>): Promise<PairableRecord[]> {
  const found: PairableRecord[] = [];
  for await (const record of records) found.push(record);
  return found;
}

test("the store gives requests and usage records, by time, with the columns of their rows", async () => {
  const sample = makeSampleStore();
  sample.put([
    requestRow({ timestampMs: NOON_MS + 1050 }),
    usageRow({ timestampMs: NOON_MS + 5, apiKeyAlias: "ci" }),
    requestRow({ kind: "retrieval_detail" }),
    requestRow({ timestampMs: NOON_MS - 50, status: null, elapsedMs: 1.5 }),
    requestRow({ timestampMs: NOON_MS - 51 }),
    usageRow({ timestampMs: NOON_MS + 6 }, { totalPicousd: undefined }),
  ]);
  const records = await all(pairableInStore(sample.store.database, SPAN));
  sample.remove();
  const common = {
    routeGroup: "memory_create",
    urlTemplate: "/memory/add",
    status: null,
    elapsedMs: null,
    agentId: "dev",
    userId: "boss",
    organizationId: null,
    apiKeyHash: null,
    apiKeyAlias: null,
    totalPicousd: undefined,
  };
  expect(records).toEqual([
    { ...common, kind: "request", timestampMs: NOON_MS - 50, elapsedMs: 1.5 },
    {
      ...common,
      kind: "token_usage",
      timestampMs: NOON_MS + 5,
      apiKeyAlias: "ci",
      totalPicousd: 185_804_800_000n,
    },
    { ...common, kind: "token_usage", timestampMs: NOON_MS + 6 },
  ]);
});

test("documents give the same", async () => {
  const document = (kind: string, timestampMs: number) =>
    ({
      kind,
      timestampMs,
      record: { status: 404, elapsed_ms: 12, agent_id: "dev" },
      route: { group: "memory_read", template: "/memory/{memory_id}" },
      bytes: Buffer.alloc(0),
      cost: undefined,
    }) as unknown as Document;
  async function* documents() {
    yield document("request", NOON_MS - 51);
    yield document("request", NOON_MS);
    yield document("retrieval_detail", NOON_MS);
    yield document("request", NOON_MS + 1050);
  }
  expect(await all(pairableOf(documents(), SPAN))).toMatchObject([
    {
      kind: "request",
      timestampMs: NOON_MS,
      routeGroup: "memory_read",
      urlTemplate: "/memory/{memory_id}",
      status: 404,
      elapsedMs: 12,
      agentId: "dev",
      userId: null,
      totalPicousd: undefined,
    },
  ]);
});
