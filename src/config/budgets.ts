/** The option `budgets`: what may be spent in a day, a week or a month. */
import { z } from "zod";
import { BUDGET_PERIODS, BUDGET_SCOPES, type Budget, type BudgetScope } from "../budget/budget.ts";
import { COST_CATEGORIES } from "../cost/cost.ts";
import { parseUsd, picousdToDecimal } from "../cost/money.ts";

/** US dollars above 0, as text or as number; read as pico-dollars. */
const amountUsd = z.codec(z.union([z.string(), z.number()]), z.bigint(), {
  decode: (written, context) => {
    const parsed = parseUsd(written);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: "custom", input: written, message: parsed.problem });
    return z.NEVER;
  },
  encode: picousdToDecimal,
});

/** Within these, a share has few enough digits to be compared exactly. */
const THRESHOLD_MIN = 0.01;
const THRESHOLD_MAX = 100;

const budget = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(100)
      .meta({
        description: "A name of your choosing, for answers, metrics and alerts.",
        examples: ["agents"],
      }),
    scope: z.enum(BUDGET_SCOPES).default("all").meta({
      description:
        "Whose spending it is about: everybody's, or that of agents, users, organizations or API keys.",
    }),
    each: z.boolean().optional().meta({
      description:
        "Whether each value of the scope has the amount for itself (without a word: yes) or all of them together. Not with the scope `all`.",
    }),
    period: z.enum(BUDGET_PERIODS).meta({
      description: "How long the amount is for, in `time_zone`. A week starts on Monday.",
    }),
    amount_usd: amountUsd.meta({ description: "US dollars for one period, as text or as number." }),
    thresholds: z
      .array(z.number().min(THRESHOLD_MIN).max(THRESHOLD_MAX))
      .max(20)
      .default([0.5, 0.8, 1])
      .meta({ description: "Shares of the amount that are worth an alert, ascending." })
      .superRefine(checkAscending),
    categories: z
      .array(z.enum(COST_CATEGORIES))
      .min(1)
      .default([...COST_CATEGORIES])
      .meta({ description: "Categories of cost that count." }),
    overrides: z
      .record(z.string().min(1), amountUsd)
      .optional()
      .meta({
        description:
          "Other amounts for single values of the scope; with `each: false` such a value has its own beside the common one. Not with the scope `all`.",
        examples: [{ dev: "5" }],
      }),
  })
  .superRefine(checkScope)
  .meta({ description: "One budget." });

type BudgetOptions = z.output<typeof budget>;

export const budgets = z
  .array(budget)
  .default([])
  .meta({
    description: "What may be spent. Budgets only inform: nothing is ever held back for them.",
  })
  .superRefine(checkNames);

function checkAscending(thresholds: readonly number[], context: z.RefinementCtx): void {
  for (const [index, threshold] of thresholds.entries()) {
    const before = thresholds[index - 1];
    if (before === undefined || before < threshold) continue;
    const message = `expected more than the threshold before it (${before})`;
    context.addIssue({ code: "custom", path: [index], message });
  }
}

interface ScopeOptions {
  readonly scope: BudgetScope;
  readonly each?: boolean | undefined;
  readonly overrides?: object | undefined;
}

/** The scope `all` has no values that could be told apart. */
function checkScope(options: ScopeOptions, context: z.RefinementCtx): void {
  if (options.scope !== "all") return;
  for (const key of ["each", "overrides"] as const) {
    if (options[key] === undefined) continue;
    const message = `${key} needs a scope with values (agent, user, organization, key), found the scope all; leave ${key} out or choose another scope`;
    context.addIssue({ code: "custom", path: [key], message });
  }
}

function checkNames(all: readonly { readonly name: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [index, { name }] of all.entries()) {
    if (seen.has(name)) {
      const message = "expected a name that no budget before it has";
      context.addIssue({ code: "custom", path: [index, "name"], message });
    }
    seen.add(name);
  }
}

/** The budgets of a configuration. */
export function budgetsOf(settings: { readonly budgets: readonly BudgetOptions[] }): readonly Budget[] {
  return settings.budgets.map((options) => ({
    name: options.name,
    scope: options.scope,
    each: options.each ?? true,
    period: options.period,
    amountPicousd: options.amount_usd,
    thresholds: options.thresholds,
    categories: options.categories,
    overrides: new Map(Object.entries(options.overrides ?? {})),
  }));
}
