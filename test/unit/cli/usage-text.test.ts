/**
 * Goal: figures are readable and honest.
 * Method: reports made by hand, whole texts compared.
 */
import { expect, test } from "vitest";
import { errorsText, slowestText, usageText } from "../../../src/cli/usage-text.ts";
import type { UsageReport } from "../../../src/usage/answer.ts";
import { emptyUsageSums } from "../../../src/usage/sums.ts";
import { TimeZone } from "../../../src/usage/time-zone.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const terminal = new FakeTerminal();
const sums = {
  ...emptyUsageSums(),
  requests: 1200,
  errors: 24,
  usageRecords: 5,
  totalPicousd: 1_500_000_000_000n,
};

const report: UsageReport = {
  range: { start: "2026-11-01", end: "2026-11-21" },
  zone: TimeZone.find("Asia/Shanghai") as TimeZone,
  by: ["agent", "status"],
  groups: [
    { values: [null, 200], sums },
    { values: ["-", 503], sums: emptyUsageSums() },
  ],
  totals: sums,
  assumedModels: [],
};

test("absent values are named, statuses aligned, zones told", () => {
  const columns =
    "requests  errors  error rate  LLM calls  input tokens  output tokens  embedding calls   cost";
  const some = "   1,200      24       2.0 %          0             0              0                0  $1.50";
  const none = "       0       0       0.0 %          0             0              0                0  $0.00";
  expect(usageText(report, undefined, terminal)).toBe(
    [
      "2026-11-01 to 2026-11-21 (Asia/Shanghai)\n\n",
      `agent   status  ${columns}\n`,
      `(none)     200  ${some}\n`,
      `-          503  ${none}\n`,
      `total           ${some}\n`,
      "\nCosts are list prices, not a bill.\n",
    ].join(""),
  );
});

test("doubtful counts and what they may come to are explained below the table", () => {
  const doubtful = { ...sums, suspectRecords: 1, unpricedRecords: 2, lowerBoundPicousd: 9_779_200_000n };
  const text = usageText(
    { ...report, by: [], groups: [], totals: doubtful, assumedModels: ["a", "b"] },
    undefined,
    terminal,
  );
  expect(text).toContain("      cost  unpriced  suspect *\n");
  expect(text).toContain("  >= $1.50         2          1\n");
  expect(text).toContain("* reported $1.50, at least $0.0098, 1 of 5 suspect:\n");
  expect(text).toContain("Assumed: a, b; set LLM_MODEL and EMBEDDING_MODEL");
});

test("open ends of a range and no range at all", () => {
  const text = (range: UsageReport["range"]) =>
    usageText({ ...report, range }, undefined, terminal).split("\n")[0];
  expect(text({ start: null, end: "2026-11-21" })).toBe("the beginning to 2026-11-21 (Asia/Shanghai)");
  expect(text({ start: null, end: null })).toContain("agent");
});

test("the slowest and the errors are tables, or a sentence if there are none", () => {
  const slow = {
    path: "/memory/7",
    elapsed_ms: 1234.5,
    agent_id: null,
    user_id: "u",
    status: null,
    ts: "2026-11-21T00:00:00Z",
  };
  expect(slowestText({ rows: [slow] }, terminal)).toBe(
    "elapsed ms  path       agent   user  status  time\n   1,234.5  /memory/7  (none)  u     (none)  2026-11-21T00:00:00Z\n",
  );
  expect(slowestText({ rows: [] }, terminal)).toBe("No requests.\n");
  const rows = [404, 503].map((status) => ({ status, path: null, requests: 1 }));
  expect(errorsText({ total: 4, errors: 2, rate: 0.5, rows }, 1, terminal)).toBe(
    "2 of 4 requests failed: 50.0 %\n\nstatus  path    requests\n   404  (none)         1\n... and 1 more row; the total counts them all\n",
  );
});

test("a terminal shows each share of the cost, a program gets every figure instead", () => {
  const groups = [
    { values: ["dev"], sums: { ...sums, totalPicousd: 900_000_000_000n } },
    { values: ["ops"], sums: { ...sums, totalPicousd: 600_000_000_000n } },
  ];
  const text = (change: Partial<FakeTerminal>) =>
    usageText(
      { ...report, by: ["agent"], groups },
      undefined,
      Object.assign(new FakeTerminal({ NO_COLOR: "1" }), change),
    );
  const wide = text({ isInteractive: true, columns: 140 });
  expect(wide).toContain("share of cost\n");
  expect(wide).toContain("  $0.9000   60.0 % ████████████\n");
  expect(wide).toContain("  $0.6000   40.0 % ████████\n");
  expect(text({ isInteractive: false, columns: 20 })).not.toContain("█");
  expect(text({ isInteractive: false, columns: 20 })).toContain("embedding calls");
});

test.each([80, 100, 120])("a table of long names and doubts fits %d characters", (columns) => {
  const doubtful = { ...sums, suspectRecords: 1, unpricedRecords: 2 };
  const groups = ["us.anthropic.claude-3-5-haiku-20241022-v1:0", "eu.amazon.nova-micro-v1:0"].map(
    (model) => ({
      values: [model],
      sums: doubtful,
    }),
  );
  const wide = Object.assign(new FakeTerminal({ NO_COLOR: "1" }), { isInteractive: true, columns });
  const text = usageText({ ...report, by: ["model"], groups, totals: doubtful }, undefined, wide);
  const table = text.split("\n\n")[1] ?? "";
  expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(table).toContain("cost  unpriced  suspect *");
  expect(table).toMatch(
    columns === 80 ? /us\.anthr.*….*-v1:0/ : /us\.anthropic\.claude-3-5-haiku-20241022-v1:0/,
  );
});
