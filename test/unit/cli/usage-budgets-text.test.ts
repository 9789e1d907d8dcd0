/**
 * Goal: people see at a glance what is spent of which budget, what is to be expected, and what is doubtful.
 * Method: statuses written by hand; the text as it is printed.
 */
import { expect, test } from "vitest";
import type { BudgetStatus } from "../../../src/budget/status.ts";
import { budgetsText } from "../../../src/cli/usage-budgets-text.ts";
import { status, USD, UTC, zoneOf } from "../budget/sample-budget.ts";
import { FakeTerminal } from "./fake-terminal.ts";

function text(statuses: readonly BudgetStatus[], limit?: number): string {
  return budgetsText(statuses, { zone: UTC, limit }, new FakeTerminal());
}

const month = { kind: "month", start: "2026-11-01", end: "2026-11-30" } as const;

const everything = status({
  period: month,
  amountPicousd: 500n * USD,
  spentPicousd: 123n * USD,
  forecastPicousd: 180n * USD,
});

function agent(value: string | null, changes: Partial<BudgetStatus> = {}): BudgetStatus {
  return status({ budget: "agents", scope: "agent", value, ...changes });
}

test("a budget is a row with a bar", () => {
  const statuses = [
    everything,
    agent("dev", { spentPicousd: (USD * 41n) / 50n, crossed: [0.5, 0.8] }),
    agent("研究", { spentPicousd: 3n * USD, forecastPicousd: 4n * USD, crossed: [0.5, 0.8, 1] }),
    agent("idle", { spentPicousd: 0n, forecastPicousd: 0n }),
    agent(null, { spentPicousd: 1n }),
  ];
  expect(budgetsText(statuses, { zone: zoneOf("Asia/Shanghai"), limit: undefined }, new FakeTerminal())).toBe(
    `Days in Asia/Shanghai

budget      scope  value           period                     amount     spent    share                reached  forecast
everything  all                    2026-11-01 to 2026-11-30  $500.00   $123.00   24.6 %  ███                     $180.00
agents      agent  dev             2026-11-21                  $1.00   $0.8200   82.0 %  █████████▉       80 %   $0.5000
agents      agent  研究            2026-11-21                  $1.00     $3.00  300.0 %  ████████████    100 %     $4.00
agents      agent  idle            2026-11-21                  $1.00     $0.00    0.0 %                            $0.00
agents      agent  (all together)  2026-11-21                  $1.00  <$0.0001    0.0 %  ▏                       $0.5000

Costs are list prices, not a bill; budgets hold nothing back.
`,
  );
});

test.each([160, 100, 80, 64])("a terminal of %i columns has room for it", (columns) => {
  const terminal = Object.assign(new FakeTerminal({ NO_COLOR: "1" }), { isInteractive: true, columns });
  const statuses = [everything, agent("an-agent-with-quite-a-long-name"), agent(null, { spentPicousd: 1n })];
  const printed = budgetsText(statuses, { zone: UTC, limit: undefined }, terminal);
  const rows = printed.split("\n").slice(2, 6);
  for (const row of rows) expect(row.length).toBeLessThanOrEqual(columns);
  for (const title of ["budget", "amount", "spent", "share", "forecast"]) expect(rows[0]).toContain(title);
  expect(rows[0]?.includes("scope")).toBe(columns === 160);
  expect(rows[1]).toMatch(/everything .*\$500\.00 +\$123\.00 +24\.6 %/);
});

test("doubts stand where they belong, and below what they mean", () => {
  const printed = text([
    agent("dev", { unpricedRecords: 1200, partial: true }),
    agent("ops", { suspectRecords: 3, forecastPicousd: undefined }),
  ]);
  expect(printed).toMatch(/dev .* >= \$0\.2500 .* >= \$0\.5000 +1,200 +0\n/);
  expect(printed).toMatch(/ops .* \$0\.2500 .* - +0 +3\n/);
  expect(printed).toContain("Partial (>=)");
  expect(printed).toContain("Suspect:");
  expect(printed).toContain("A forecast needs 24 hours of data.");
});

test("without doubts nothing is said of them", () => {
  const printed = text([everything]);
  for (const word of ["unpriced", "suspect", "Partial", "value", "24 hours"])
    expect(printed).not.toContain(word);
});

test("rows beyond the limit are counted", () => {
  const agents = Array.from({ length: 1500 }, (_, index) => agent(`agent-${index}`));
  expect(text(agents, 2)).toContain("agent-1");
  expect(text(agents, 2)).toMatch(/\.\.\. and 1,498 more rows\n/);
  expect(text(agents, 1499)).toMatch(/\.\.\. and 1 more row\n/);
});

test("a name cannot steer the terminal", () => {
  expect(text([agent("\u001b[2J")])).toContain("\\u{1b}[2J");
});

test("nobody is a sentence", () => {
  expect(text([])).toBe("Nobody has spent anything that a budget is about.\n");
});
