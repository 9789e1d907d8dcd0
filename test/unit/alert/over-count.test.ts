/**
 * Goal: doubtful counts are told with their number, at most once a day.
 * Method: sums of a day.
 */
import { expect, test } from "vitest";
import { judgeOverCount } from "../../../src/alert/over-count.ts";

test.each([
  [0, "clear"],
  [1, "lingering"],
  [2, "breached"],
])("%d of 14 with a minimum of 2: %s", (suspectRecords, level) => {
  const { findings, repetition } = judgeOverCount({ min_records: 2 }, { suspectRecords, usageRecords: 14 });
  expect(findings).toMatchObject([{ level, value: suspectRecords, threshold: 2 }]);
  expect(findings[0]?.text).toContain(`${suspectRecords} of 14 usage records`);
  expect(repetition).toBe("daily");
});
