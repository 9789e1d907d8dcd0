/**
 * Goal: rows are summed up under the right quarter of an hour and the right key, and nothing overflows.
 * Method: small lists of rows.
 */
import { describe, expect, test } from "vitest";
import { BUCKET_DIMENSION_COLUMNS, BUCKET_MS, sumRows } from "../../../src/store/bucket.ts";
import { cost, NOON_MS, requestRow, usageRow } from "./sample-rows.ts";

describe("sumRows", () => {
  test("puts requests of the same quarter of an hour together", () => {
    const deltas = sumRows([
      requestRow(),
      requestRow({ timestampMs: NOON_MS + BUCKET_MS - 1, elapsedMs: 50.4 }),
      requestRow({ timestampMs: NOON_MS + BUCKET_MS }),
    ]);
    expect(deltas.map(({ startMs, sums }) => [startMs, sums.requests, sums.elapsedMs])).toEqual([
      [NOON_MS, 2, 300],
      [NOON_MS + BUCKET_MS, 1, 250],
    ]);
  });

  test("counts errors from status 400 on, and a missing status as none", () => {
    const deltas = sumRows([399, 400, 429, 500, null].map((status) => requestRow({ status })));
    expect(deltas.map(({ sums }) => sums.errors)).toEqual([0, 1, 1, 1, 0]);
  });

  test("adds up usage by calls, tokens and exact money", () => {
    const [delta, ...others] = sumRows([usageRow(), usageRow({ elapsedMs: 20 })]);
    expect(others).toEqual([]);
    expect(delta?.sums).toMatchObject({
      elapsedMs: 20,
      requests: 0,
      usageRecords: 2,
      llmCalls: 4,
      embeddingCalls: 0,
      inputTokens: 84_512,
      outputTokens: 76_000,
      totalPicousd: 371_609_600_000n,
      lowerBoundPicousd: 371_609_600_000n,
    });
  });

  test("tells embedding calls by the kind of record, not by the category", () => {
    const [delta] = sumRows([usageRow({ kind: "embedding_usage" }, { category: "system", calls: 3 })]);
    expect(delta?.sums).toMatchObject({ llmCalls: 0, embeddingCalls: 3 });
  });

  test("counts a request whose embeddings were estimated as a request and, apart from it, as usage", () => {
    const estimate = cost({
      category: "embedding",
      calls: 2,
      quality: ["estimated"],
      totalPicousd: undefined,
    });
    const rows = [requestRow({ status: 500, cost: estimate }), requestRow()];
    const category = BUCKET_DIMENSION_COLUMNS.indexOf("category");
    expect(sumRows(rows).map(({ dimensions, sums }) => [dimensions[category], sums])).toMatchObject([
      [null, { requests: 1, errors: 1, usageRecords: 0, embeddingCalls: 0, elapsedMs: 250 }],
      ["embedding", { requests: 0, errors: 0, usageRecords: 1, embeddingCalls: 2, elapsedMs: 0 }],
      [null, { requests: 1, errors: 0, usageRecords: 0 }],
    ]);
  });

  test("counts the estimated tokens of a retrieval detail, which is no request", () => {
    const [delta, ...others] = sumRows([
      usageRow({ kind: "retrieval_detail" }, { calls: 0, quality: ["estimated"] }),
      requestRow({ kind: "retrieval_detail" }),
    ]);
    expect(others).toEqual([]);
    expect(delta?.sums).toMatchObject({ requests: 0, usageRecords: 1, suspectRecords: 1, llmCalls: 0 });
    expect(delta?.sums.inputTokens).toBe(42_256);
  });

  test("counts unpriced and suspect records, with a lower bound where there is one", () => {
    const [unpriced] = sumRows([
      usageRow({}, { status: "unpriced", totalPicousd: undefined, priceId: undefined }),
    ]);
    expect(unpriced?.sums).toMatchObject({ unpricedRecords: 1, totalPicousd: 0n });

    const [suspect] = sumRows([
      usageRow(
        {},
        { calls: 19, quality: ["over_count_suspected", "uniform_calls"], lowerBoundUsd: 0.0097792 },
      ),
      usageRow({}, { calls: 2, quality: ["max_tokens_hit"] }),
    ]);
    expect(suspect?.sums.suspectRecords).toBe(1);
    expect(suspect?.sums.lowerBoundPicousd).toBe(9_779_200_000n + 185_804_800_000n);
    // 18 of 19 calls that look alike.
    expect(suspect?.repeated).toEqual({ inputTokens: 40_032, outputTokens: 36_000 });
  });

  test("leaves out records that are neither a request nor usage", () => {
    expect(sumRows([requestRow({ kind: "retrieval_detail" }), requestRow({ kind: "unknown" })])).toEqual([]);
  });

  test("keeps every dimension apart, and an absent text from an empty one", () => {
    const deltas = sumRows([
      requestRow({ agentId: null }),
      requestRow({ agentId: "" }),
      requestRow({ agentId: "-" }),
      requestRow({ agentId: null, userId: "" }),
      requestRow({ agentId: "boss", userId: "dev" }),
      requestRow({ status: 201 }),
      requestRow({ urlTemplate: null }),
      requestRow({ organizationId: "o" }),
      requestRow({ apiKeyHash: "o" }),
      requestRow({ apiKeyAlias: "o" }),
      requestRow({ routeGroup: "other" }),
      usageRow(),
      usageRow({}, { model: "other" }),
      usageRow({}, { modelSource: "record" }),
      usageRow({}, { priceId: undefined }),
      usageRow({}, { category: "system" }),
    ]);
    expect(deltas).toHaveLength(16);
    for (const { dimensions } of deltas) expect(dimensions).toHaveLength(BUCKET_DIMENSION_COLUMNS.length);
  });

  test("bounds what a single absurd line can add", () => {
    const [delta] = sumRows([usageRow({}, { inputTokens: 2 ** 53 - 1, calls: -5 })]);
    expect(delta?.sums).toMatchObject({ inputTokens: 1e12, llmCalls: 0 });
  });

  test("puts times before 1970 into the bucket they lie in", () => {
    expect(sumRows([requestRow({ timestampMs: -1 })])[0]?.startMs).toBe(-BUCKET_MS);
  });
});
