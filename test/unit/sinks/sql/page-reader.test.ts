/**
 * Goal: of a span no more is read than it takes: pages of whole days, of hours only at the edges, buckets only where pages
 * are stale.
 * Method: tables in memory, and the statements that reach them. That sums are right is in bucket-reader.test.ts.
 */
import { expect, test } from "vitest";
import { PageMaker } from "../../../../src/sinks/sql/page-maker.ts";
import { PageReader } from "../../../../src/sinks/sql/page-reader.ts";
import { SumsWriter } from "../../../../src/sinks/sql/sums-writer.ts";
import { sumRows } from "../../../../src/store/bucket.ts";
import { DAY, HOUR } from "../../../../src/store/pages.ts";
import { requestRow } from "../../store/sample-rows.ts";
import { dialect } from "./scripted-connection.ts";
import { withTables } from "./sqlite-connection.ts";

test("a span is read from the coarsest pages that are there", () =>
  withTables(async (connection) => {
    const moments = [0, DAY.ms, DAY.ms + HOUR.ms, 2 * DAY.ms, 2 * DAY.ms + HOUR.ms];
    await new SumsWriter(dialect).add(
      connection,
      sumRows(moments.map((timestampMs) => requestRow({ timestampMs }))),
    );
    await new PageMaker(dialect).makeSome(connection, 2 * DAY.ms + HOUR.ms, 50);
    const reader = new PageReader(dialect.statements);
    const directory = await reader.directory(connection);
    expect(directory.days).toEqual([0, DAY.ms, 2 * DAY.ms]);

    const read = (fromMs: number, untilMs: number) =>
      reader.read(connection, directory, [{ fromMs, untilMs }], () => 0);
    const whole = await read(0, 3 * DAY.ms);
    expect([...whole.days.keys()].sort((one, other) => one - other)).toEqual([0, DAY.ms]);
    expect([[...whole.hours.keys()], [...whole.buckets.keys()]]).toEqual([
      [2 * DAY.ms],
      [2 * DAY.ms + HOUR.ms],
    ]);

    const part = await read(DAY.ms + HOUR.ms, 2 * DAY.ms);
    expect([[...part.days.keys()], [...part.hours.keys()]]).toEqual([[], [DAY.ms + HOUR.ms]]);
    connection.log.length = 0;
    await read(0, 2 * DAY.ms);
    expect(connection.log).toHaveLength(1);
  }));
