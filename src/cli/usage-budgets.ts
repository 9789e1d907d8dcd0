/** `usage budgets`: how each budget of the configuration stands now. */
import { toBudgetsAnswer } from "../budget/answer.ts";
import { type BudgetStatus, budgetStatuses } from "../budget/status.ts";
import { budgetsOf } from "../config/budgets.ts";
import type { Config } from "../config/load.ts";
import type { Terminal } from "./command.ts";
import { budgetsText } from "./usage-budgets-text.ts";
import type { AskedUsage } from "./usage-options.ts";
import { openUsageSource } from "./usage-source.ts";

/**
 * Answers on the terminal.
 *
 * @param from the name of a source that is not unknown
 * @param nowMs Unix milliseconds
 * @throws UsageFault if the source cannot be asked
 */
export async function answerBudgets(
  from: string,
  config: Config,
  { limit, form }: Pick<AskedUsage, "limit" | "form">,
  nowMs: number,
  terminal: Terminal,
): Promise<void> {
  const statuses = await statusesOf(from, config, nowMs, terminal);
  const { time_zone: zone } = config;
  if (form === "json") terminal.out(`${JSON.stringify(toBudgetsAnswer(statuses.slice(0, limit), zone))}\n`);
  else if (config.budgets.length === 0)
    terminal.out("There are no budgets: list them under `budgets` in the configuration.\n");
  else terminal.out(budgetsText(statuses, { zone, limit }, terminal));
}

async function statusesOf(
  from: string,
  config: Config,
  nowMs: number,
  terminal: Terminal,
): Promise<readonly BudgetStatus[]> {
  const budgets = budgetsOf(config);
  if (budgets.length === 0) return [];
  const source = await openUsageSource(from, config, (sentence) => terminal.err(`${sentence}\n`));
  try {
    return await budgetStatuses(source, budgets, nowMs, config.time_zone);
  } finally {
    await source.close();
  }
}
