/**
 * Goal: the metrics of budgets have the published names and labels, and stay few whatever names there are.
 * Method: statuses written by hand, compared by lines.
 */
import { expect, it } from "vitest";
import type { BudgetStatus } from "../../../src/budget/status.ts";
import { budgetMetrics } from "../../../src/http/budgets-metrics.ts";
import { exposition } from "../../../src/http/exposition.ts";
import { status, USD } from "../budget/sample-budget.ts";

function samples(statuses: readonly BudgetStatus[]): string[] {
  return exposition(budgetMetrics(statuses))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function agent(value: string, changes: Partial<BudgetStatus> = {}): BudgetStatus {
  return status({ budget: "agents", scope: "agent", value, ...changes });
}

it("every status has its share, its amount and its forecast", () => {
  expect(samples([status(), agent("dev", { amountPicousd: 5n * USD, forecastPicousd: undefined })])).toEqual([
    'mem0_audit_budget_spent_ratio{budget="everything",value="all"} 0.25',
    'mem0_audit_budget_spent_ratio{budget="agents",value="dev"} 0.05',
    'mem0_audit_budget_amount_usd{budget="everything",value="all"} 1',
    'mem0_audit_budget_amount_usd{budget="agents",value="dev"} 5',
    'mem0_audit_budget_forecast_usd{budget="everything",value="all"} 0.5',
  ]);
});

it("of each budget the first fifty values are there", () => {
  const many = Array.from({ length: 60 }, (_, index) => agent(`agent-${index}`));
  const lines = samples([...many, ...many.map((one) => ({ ...one, budget: "others" }))]);
  const ratios = lines.filter((line) => line.startsWith("mem0_audit_budget_spent_ratio"));
  expect(ratios).toHaveLength(100);
  expect(ratios[49]).toContain('value="agent-49"');
  expect(ratios[50]).toContain('budget="others",value="agent-0"');
});

it("no series is there twice, and no label is a text", () => {
  const names = ["all", "\ud800", "\ufffd", "x".repeat(201), "研究"];
  const lines = samples([status({ budget: "agents", scope: "agent" }), ...names.map((name) => agent(name))]);
  expect(lines.filter((line) => line.startsWith("mem0_audit_budget_amount_usd"))).toEqual([
    'mem0_audit_budget_amount_usd{budget="agents",value="all"} 1',
    'mem0_audit_budget_amount_usd{budget="agents",value="\ufffd"} 1',
    'mem0_audit_budget_amount_usd{budget="agents",value="研究"} 1',
  ]);
});
