/**
 * Goal: a spreadsheet shows what the answer says, and runs nothing of it.
 * Method: small answers, whole texts compared.
 */
import { expect, test } from "vitest";
import type { UsageAnswer } from "../../../src/usage/answer.ts";
import { errorsCsv, slowestCsv, usageCsv } from "../../../src/usage/csv.ts";
import { emptyUsageSums, toFigures } from "../../../src/usage/sums.ts";

const FIGURES =
  "requests,errors,error_rate,llm_calls,input_tokens,output_tokens,total_tokens,embedding_calls,total_usd,unpriced_records,suspect_records";
const figures = toFigures({ ...emptyUsageSums(), requests: 4, errors: 1, totalPicousd: 1_500_000_000_000n });
const answer: UsageAnswer = {
  range: { start: null, end: null },
  tz: "UTC",
  by: ["agent", "status"],
  rows: [{ agent: "dev", status: null, ...figures }],
  totals: figures,
};

test("each row has the dimensions, then the figures, exact", () => {
  expect(usageCsv(answer)).toBe(`agent,status,${FIGURES}\r\ndev,,4,1,0.25,0,0,0,0,0,1.5,0,0\r\n`);
});

test("without dimensions the totals are the row", () => {
  expect(usageCsv({ ...answer, by: [], rows: [] })).toBe(`${FIGURES}\r\n4,1,0.25,0,0,0,0,0,1.5,0,0\r\n`);
});

test.each([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["two\nlines", '"two\nlines"'],
  ["-", "-"],
  ["=1+1", "'=1+1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ['-2+3,"x"', `"'-2+3,""x"""`],
])("the text %j is written %j", (text, field) => {
  const rows = [{ status: 500, path: text, requests: 1 }];
  expect(errorsCsv({ total: 1, errors: 1, rate: 1, rows })).toBe(
    `status,path,requests\r\n500,${field},1\r\n`,
  );
});

test("the slowest have the members of their record, absent ones empty", () => {
  const row = {
    path: "/a",
    elapsed_ms: 1.5,
    agent_id: null,
    user_id: "u",
    status: 200,
    ts: "2026-11-21T00:00:00Z",
  };
  expect(slowestCsv({ rows: [row] })).toBe(
    "path,elapsed_ms,agent_id,user_id,status,ts\r\n/a,1.5,,u,200,2026-11-21T00:00:00Z\r\n",
  );
});
