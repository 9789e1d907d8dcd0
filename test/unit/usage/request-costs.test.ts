/**
 * Goal: what requests cost is added up exactly, by group, and what could not be paired is counted.
 * Method: small crowds whose figures were worked out by hand.
 */
import { expect, test } from "vitest";
import type { PairableRecord } from "../../../src/usage/pairing.ts";
import {
  isRequestDimension,
  type RequestCostsQuestion,
  requestCosts,
  toRequestCostsAnswer,
} from "../../../src/usage/request-costs.ts";
import { request, START_MS, usage } from "./sample-pairable.ts";

const EVER: RequestCostsQuestion = {
  by: [],
  fromMs: START_MS - 1e9,
  untilMs: START_MS + 1e9,
  includesSystem: false,
};

async function costs(records: readonly PairableRecord[], question: Partial<RequestCostsQuestion> = {}) {
  async function* all() {
    yield* records;
  }
  return requestCosts(all(), { ...EVER, ...question });
}

/** A request and its usage record, `second` seconds after the start. */
function pair(second: number, totalPicousd: bigint | undefined, changes: Partial<PairableRecord> = {}) {
  const timestampMs = START_MS + second * 1000;
  const { status: _status, elapsedMs: _elapsedMs, ...common } = changes;
  return [request({ timestampMs, ...changes }), usage({ timestampMs, ...common, totalPicousd })];
}

test("adds up what paired requests cost", async () => {
  const { totals, groups } = await costs([
    ...pair(0, 3_000_000_000_000n),
    ...pair(1, 1_000_000_000_000n, { status: 500, elapsedMs: 500 }),
    ...pair(2, undefined, { status: 503 }),
    ...pair(3, 0n, { elapsedMs: null }),
  ]);
  expect(groups).toEqual([]);
  expect(totals).toMatchObject({
    requests: 4,
    pairedRequests: 4,
    unpricedRequests: 1,
    totalPicousd: 4_000_000_000_000n,
    meanPicousd: 1_333_333_333_333n,
    perSecondPicousd: 1_600_000_000_000n,
    failedRequests: 2,
    failedPicousd: 1_000_000_000_000n,
  });
  expect(Number(totals.p50Picousd) / 1e12).toBeCloseTo(1, 2);
  expect(Number(totals.p95Picousd) / 1e12).toBeCloseTo(3, 1);
});

test("counts what is not paired", async () => {
  const { totals } = await costs([
    request(),
    ...pair(1, 5n),
    ...pair(1, 5n),
    usage({ timestampMs: START_MS + 2000 }),
  ]);
  expect(totals).toMatchObject({
    requests: 3,
    pairedRequests: 0,
    ambiguousRequests: 2,
    ambiguousUsage: 2,
    unpairedUsage: 1,
    totalPicousd: 0n,
    meanPicousd: undefined,
    p50Picousd: undefined,
    perSecondPicousd: undefined,
  });
});

test("groups by what request and usage record share, the dearest first", async () => {
  const answer = toRequestCostsAnswer(
    await costs(
      [
        ...pair(0, 1n, { agentId: "cheap" }),
        ...pair(0, 2n, { agentId: null, apiKeyHash: "ff", apiKeyAlias: "ci" }),
        request({ agentId: "free", timestampMs: START_MS + 1 }),
      ],
      { by: ["agent", "key"] },
    ),
  );
  expect(answer.rows.map((row) => ({ ...row }))).toMatchObject([
    { agent: null, key: "ci", requests: 1, total_usd: "0.000000000002" },
    { agent: "cheap", key: null, paired_requests: 1, mean_usd: "0.000000000001" },
    { agent: "free", key: null, paired_requests: 0, mean_usd: null, p95_usd: null, usd_per_second: null },
  ]);
  expect(answer.totals).toMatchObject({ requests: 3, paired_requests: 2, total_usd: "0.000000000003" });
});

test("a pair counts where its request does, at both ends of the span", async () => {
  const question = { fromMs: START_MS, untilMs: START_MS + 1000 };
  const first = await costs([usage({ timestampMs: START_MS - 5 }), request()], question);
  expect(first.totals).toMatchObject({ pairedRequests: 1, unpairedUsage: 0, totalPicousd: 1000n });
  const records = [usage({ timestampMs: START_MS + 999 }), request({ timestampMs: START_MS + 1000 })];
  const last = await costs(records, question);
  expect(last.totals).toMatchObject({ requests: 0, pairedRequests: 0, unpairedUsage: 0 });
});

test("health checks count only where they are wanted", async () => {
  const records = [request({ routeGroup: "system", urlTemplate: "/health" })];
  expect((await costs(records)).totals.requests).toBe(0);
  expect((await costs(records, { includesSystem: true })).totals.requests).toBe(1);
});

test("a model is no matter of requests", () => {
  expect([isRequestDimension("agent"), isRequestDimension("model")]).toEqual([true, false]);
});
