/**
 * Goal: what rows add up to stands in the buckets and in their pages, under one key for each combination of values.
 * Method: rows written in several goes, the tables read back.
 */
import { expect, test } from "vitest";
import { BUCKET_MS } from "../../../src/store/bucket.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { DAY, HOUR, type PageSpan } from "../../../src/store/pages.ts";
import { withDatabase } from "./sample-database.ts";
import { pagesIn } from "./sample-pages.ts";
import { NOON_MS, requestRow, usageRow } from "./sample-rows.ts";

test("buckets and pages are added to, go after go", () => {
  withDatabase((database) => {
    const writer = new BucketWriter(database);
    const quarters = [0, 1, 4, 48];
    for (const quarter of quarters)
      writer.addRows([requestRow({ timestampMs: NOON_MS + quarter * BUCKET_MS })]);
    const rows = database.prepare("SELECT requests FROM usage_bucket ORDER BY start_ms").all([]);
    expect(rows.map((row) => Number(row["requests"]))).toEqual([1, 1, 1, 1]);
    const requests = (span: PageSpan) => pagesIn(database, span).map(({ amounts }) => amounts.requests);
    expect(requests(HOUR)).toEqual([1, 1, 1, 1]);
    expect(requests(DAY)).toEqual([3]);
  });
});

test("a key is found again by another writer, absent values included", () => {
  withDatabase((database) => {
    const row = usageRow({ agentId: null }, { priceId: undefined });
    for (let round = 0; round < 2; round++) new BucketWriter(database).addRows([row]);
    expect(database.prepare("SELECT id FROM usage_key").all([])).toHaveLength(1);
    expect(database.prepare("SELECT usage_records FROM usage_bucket").all([])).toEqual([
      { usage_records: 2n },
    ]);
  });
});

test("it tells what it added", () => {
  withDatabase((database) => {
    const added = new BucketWriter(database).addRows([requestRow(), usageRow()]);
    expect(added.map(({ sums }) => [sums.requests, sums.usageRecords])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

test("repeated tokens are added up beside the buckets that have some", () => {
  withDatabase((database) => {
    const repeated = usageRow({}, { calls: 19, quality: ["uniform_calls"] });
    new BucketWriter(database).addRows([repeated, repeated, usageRow({ agentId: "other" })]);
    expect(
      database.prepare("SELECT start_ms, input_tokens, output_tokens FROM usage_repeated").all([]),
    ).toEqual([{ start_ms: BigInt(NOON_MS), input_tokens: 80_064n, output_tokens: 72_000n }]);
  });
});

test("the longest duration of a bucket is kept, rounded up", () => {
  withDatabase((database) => {
    const writer = new BucketWriter(database);
    for (const elapsedMs of [20.1, 300.5, null, -4]) writer.addRows([requestRow({ elapsedMs })]);
    expect(database.prepare("SELECT slowest_ms, requests FROM usage_bucket").all([])).toEqual([
      { slowest_ms: 301n, requests: 4n },
    ]);
    expect(pagesIn(database, HOUR).map(({ amounts }) => amounts.slowestMs)).toEqual([301]);
  });
});
