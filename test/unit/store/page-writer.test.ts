/**
 * Goal: the pages always say what the buckets say: of every hour, and of every day but the latest.
 * Method: rows in several goes, in order and late; pages against the rows of the buckets.
 */
import { expect, test } from "vitest";
import { BUCKET_MS } from "../../../src/store/bucket.ts";
import { BucketWriter } from "../../../src/store/bucket-writer.ts";
import { PageWriter } from "../../../src/store/page-writer.ts";
import { DAY, HOUR, startOf } from "../../../src/store/pages.ts";
import type { Database } from "../../../src/system/sqlite.ts";
import { withDatabase } from "./sample-database.ts";
import { bucketsIn, pagesIn } from "./sample-pages.ts";
import { NOON_MS, requestRow, usageRow } from "./sample-rows.ts";

const DAY_QUARTERS = 96;

function writeAt(database: Database, ...quarters: number[]): void {
  const rows = quarters.flatMap((quarter) => {
    const timestampMs = NOON_MS + quarter * BUCKET_MS;
    return [
      requestRow({ timestampMs }),
      requestRow({ timestampMs, agentId: "b" }),
      usageRow({ timestampMs }),
    ];
  });
  new BucketWriter(database).addRows(rows);
}

function daysIn(database: Database): (readonly [days: number, requests: number])[] {
  const first = startOf(NOON_MS, DAY);
  return pagesIn(database, DAY)
    .filter(({ keyId }) => keyId === 1)
    .map(({ startMs, amounts }) => [(startMs - first) / DAY.ms, amounts.requests]);
}

test("hours follow their buckets at once, a day has a page once a later one has begun", () => {
  withDatabase((database) => {
    writeAt(database, 0, 1);
    writeAt(database, 1, 3);
    expect(pagesIn(database, HOUR)).toEqual(bucketsIn(database));
    expect(daysIn(database)).toEqual([]);
    writeAt(database, DAY_QUARTERS);
    expect(pagesIn(database, HOUR)).toEqual(bucketsIn(database));
    expect(daysIn(database)).toEqual([[0, 4]]);
  });
});

test("late lines change the pages of days that are over", () => {
  withDatabase((database) => {
    writeAt(database, 0, 3 * DAY_QUARTERS);
    writeAt(database, 1, DAY_QUARTERS, -DAY_QUARTERS);
    expect(daysIn(database)).toEqual([
      [-1, 1],
      [0, 2],
      [1, 1],
    ]);
    expect(pagesIn(database, HOUR)).toEqual(bucketsIn(database));
  });
});

test("pages that are lost are made again from the buckets", () => {
  withDatabase((database) => {
    writeAt(database, 0, 1, 9, DAY_QUARTERS);
    const before = [pagesIn(database, HOUR), pagesIn(database, DAY)];
    database.execute("DELETE FROM usage_page");
    const hours = [0, 9, DAY_QUARTERS].map((quarter) => startOf(NOON_MS + quarter * BUCKET_MS, HOUR));
    new PageWriter(database).makeAgain(hours);
    expect([pagesIn(database, HOUR), pagesIn(database, DAY)]).toEqual(before);
  });
});
