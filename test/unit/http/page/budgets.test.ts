/**
 * Goal: each budget has a bar and the figures behind it, with every doubt about them.
 * Method: the HTML for statuses written by hand.
 */
import { expect, it } from "vitest";
import type { BudgetStatus } from "../../../../src/budget/status.ts";
import { budgets } from "../../../../src/http/page/budgets.ts";
import { status, USD, UTC } from "../../budget/sample-budget.ts";
import { readable } from "./page-of.ts";

const shown = (...statuses: BudgetStatus[]) => budgets({ statuses, zone: UTC }).text;

it("nothing is shown where there are no budgets", () => {
  expect(budgets(undefined).text).toBe('<section id="budgets" data-live hidden></section>');
});

it("has amount, spent share, what is reached and what is to be expected", () => {
  const text = shown(status({ spentPicousd: (USD * 9n) / 10n, crossed: [0.5, 0.8] }));
  expect(readable(text)).toContain("everything everybody 90.0 % $0.9000 $1.00 80 % $0.5000 day 2026-11-21");
  expect(text).toContain('class="budget-bar near"');
});

it("the bar ends at 125 %, and has lines at the thresholds and the forecast", () => {
  const text = shown(
    status({
      spentPicousd: USD * 3n,
      forecastPicousd: USD * 4n,
      thresholds: [0.5, 1],
      crossed: [0.5, 1],
    }),
  );
  expect(text).toContain('class="budget-bar over"');
  expect(text).toContain('<rect class="spent" y="2" width="100.0" height="6">');
  expect(text).toContain('<line class="threshold" x1="40.0" x2="40.0"');
  expect(text).toContain('<line class="forecast" x1="99.2" x2="99.2"');
  expect(readable(text)).toContain("300.0 %");
});

it("says that amounts are partial or doubtful", () => {
  const text = readable(shown(status({ partial: true, unpricedRecords: 12, suspectRecords: 3 })));
  expect(text).toContain("≥ $0.2500 partial: 12 unpriced 3 suspect");
  expect(text).toContain("≥ $0.5000");
});

it("names those whose amount it is", () => {
  const agents = status({ budget: "agents", scope: "agent", value: "dev", forecastPicousd: undefined });
  const text = readable(shown(agents, { ...agents, value: null }));
  expect(text).toContain("agents agent dev 25.0 % $0.2500 $1.00 – – day 2026-11-21");
  expect(text).toContain("every agent together");
});

it("many values are not all shown", () => {
  const many = Array.from({ length: 9 }, (_, index) =>
    status({ budget: "agents", scope: "agent", value: `agent ${index}` }),
  );
  const text = readable(shown(...many, status()));
  expect(text).toContain("agent 5");
  expect(text).not.toContain("agent 6");
  expect(text).toContain("everybody");
  expect(text).toContain("And 3 more, further from their amounts.");
});

it("says if nothing was spent, and if it cannot be told", () => {
  expect(readable(shown())).toContain("Nobody has spent anything that a budget is about.");
  expect(readable(budgets({ statuses: undefined, zone: UTC }))).toContain("cannot be told now");
});

it("names are text, never HTML", () => {
  const attack = '"><script>alert(1)</script>';
  expect(shown(status({ budget: attack, scope: "user", value: attack }))).not.toContain("<script>");
});
