/** What the imagined service may spend: some of it is used up on most days, some never is. */
import type { Config } from "../../config/load.ts";
import { COST_CATEGORIES } from "../../cost/cost.ts";

const USD = 1_000_000_000_000n;

const COMMON = { thresholds: [0.5, 0.8, 1], categories: [...COST_CATEGORIES] };

export const DEMO_BUDGETS: Config["budgets"] = [
  { ...COMMON, name: "everything", scope: "all", period: "month", amount_usd: 1000n * USD },
  {
    ...COMMON,
    name: "agents",
    scope: "agent",
    period: "day",
    amount_usd: 15n * USD,
    overrides: { ops: (3n * USD) / 2n, support: 4n * USD },
  },
];
