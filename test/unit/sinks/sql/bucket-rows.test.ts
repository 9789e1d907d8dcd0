/**
 * Goal: a row of a bucket says what went into it, exactly, and moments are asked for by ranges.
 * Method: sums to a row and back; the text of a condition.
 */
import { expect, test } from "vitest";
import { amountsOf, bucketOf, within } from "../../../../src/sinks/sql/bucket-rows.ts";
import type { SumsRow } from "../../../../src/store/bucket.ts";
import { emptySums, INTEGER_MAX } from "../../../../src/store/bucket.ts";
import { dialect } from "./scripted-connection.ts";

test("money is exact beyond what a number holds, and stops at what a column holds", () => {
  const sums = { ...emptySums(), requests: 7, totalPicousd: 2n ** 53n + 1n, lowerBoundPicousd: 2n ** 64n };
  const row = bucketOf(Buffer.from("k"), 900_000, sums);
  expect(row).toMatchObject({ start_ms: 900_000, requests: 7, total_picousd: "9007199254740993" });
  expect(amountsOf(row as unknown as SumsRow)).toEqual({
    ...sums,
    lowerBoundPicousd: INTEGER_MAX,
    slowestMs: 0,
  });
});

test("ranges are conditions on one column", () => {
  const ranges = [
    { fromMs: 1, untilMs: 2 },
    { fromMs: 5, untilMs: 9 },
  ];
  const query = dialect.statements.selectFrom("usage_page").select("sums").where(within("start_ms", ranges));
  expect(query.compile()).toMatchObject({
    sql: expect.stringContaining(
      '(("start_ms" >= $1 AND "start_ms" < $2) OR ("start_ms" >= $3 AND "start_ms" < $4))',
    ),
    parameters: [1, 2, 5, 9],
  });
});
