/**
 * Goal: pages are made of whole hours and days once nobody writes there any more, and of nothing that is stale.
 * Method: tables in memory; what they hold before and after.
 */
import { expect, test } from "vitest";
import { PageMaker } from "../../../../src/sinks/sql/page-maker.ts";
import { SumsWriter } from "../../../../src/sinks/sql/sums-writer.ts";
import { sumRows } from "../../../../src/store/bucket.ts";
import { PageSums } from "../../../../src/store/page.ts";
import { DAY, HOUR, startOf } from "../../../../src/store/pages.ts";
import { NOON_MS, requestRow } from "../../store/sample-rows.ts";
import { dialect } from "./scripted-connection.ts";
import { type SqliteConnection, withTables } from "./sqlite-connection.ts";

const maker = new PageMaker(dialect);
const DAY_MS = startOf(NOON_MS, DAY);

function add(connection: SqliteConnection, ...moments: readonly number[]): Promise<void> {
  const rows = moments.map((timestampMs) => requestRow({ timestampMs }));
  return new SumsWriter(dialect).add(connection, sumRows(rows));
}

/** Requests in each page, by its span in hours and how many hours after the day's start it begins. */
function pages(connection: SqliteConnection): string[] {
  return connection.rows("usage_page", "1, 2").map(({ span_ms, start_ms, sums }) => {
    const all = new PageSums(() => 0);
    const sections = Number(span_ms) === DAY.ms ? DAY.sections : HOUR.sections;
    all.addPage(sums as Buffer, 0, sections);
    const hours = (ms: unknown) => Number(ms) / HOUR.ms;
    return `${hours(span_ms)}h at ${hours(Number(start_ms) - DAY_MS)}: ${all.amounts(0).requests}`;
  });
}

test("hours and days that have ended become pages, those that are being written do not", () =>
  withTables(async (connection) => {
    await add(connection, NOON_MS, NOON_MS, NOON_MS + HOUR.ms);
    await maker.makeSome(connection, NOON_MS, 50);
    expect(pages(connection)).toEqual([]);
    await maker.makeSome(connection, NOON_MS + HOUR.ms, 50);
    expect(pages(connection)).toEqual(["1h at 12: 2"]);
    await maker.makeSome(connection, NOON_MS + DAY.ms, 50);
    expect(pages(connection)).toEqual(["1h at 12: 2", "1h at 13: 1", "24h at 0: 3"]);
    expect(connection.rows("stale_page", "1")).toEqual([]);
  }));

test("what comes late makes its pages stale, and new ones", () =>
  withTables(async (connection) => {
    await add(connection, NOON_MS);
    await maker.makeSome(connection, NOON_MS + DAY.ms, 50);
    await add(connection, NOON_MS);
    expect(connection.rows("stale_page", "1")).toHaveLength(2);
    await maker.makeSome(connection, NOON_MS + DAY.ms, 50);
    expect(pages(connection)).toEqual(["1h at 12: 2", "24h at 0: 2"]);
  }));

test("few pages are made at once, and a day after its hours", () =>
  withTables(async (connection) => {
    await add(connection, NOON_MS, NOON_MS + HOUR.ms);
    for (const expected of [1, 2, 3]) {
      await maker.makeSome(connection, NOON_MS + DAY.ms, 1);
      expect(pages(connection)).toHaveLength(expected);
    }
  }));

test("a page of buckets that are gone goes, too", () =>
  withTables(async (connection) => {
    await add(connection, NOON_MS);
    await maker.makeSome(connection, NOON_MS + DAY.ms, 50);
    await connection.query(dialect.statements.deleteFrom("usage_bucket").compile());
    await maker.markStale(connection, [NOON_MS]);
    await maker.makeSome(connection, NOON_MS + DAY.ms, 50);
    expect(pages(connection)).toEqual([]);
  }));

test("what somebody else has made meanwhile is left alone", () =>
  withTables(async (connection) => {
    await add(connection, NOON_MS);
    const query = connection.query.bind(connection);
    connection.query = async (statement) => (statement.sql.endsWith("for update") ? [] : query(statement));
    await maker.makeSome(connection, NOON_MS + DAY.ms, 50);
    expect(pages(connection)).toEqual([]);
  }));
