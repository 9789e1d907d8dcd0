/** The answer of `/api/v1/budgets`: how each budget stands now. */
import { toBudgetsAnswer } from "../budget/answer.ts";
import type { BudgetBoard } from "../daemon/budget-board.ts";
import { type Answer, failure, json } from "./answer.ts";

/** @param board undefined if the embedded store is off */
export async function budgetsAnswer(
  board: BudgetBoard | undefined,
  parameters: URLSearchParams,
): Promise<Answer> {
  const [parameter] = parameters.keys();
  if (parameter !== undefined) return failure(400, `expected no parameters, found "${parameter}"`);
  if (board === undefined)
    return failure(404, "there is no usage to compare with: the embedded store is off (store.enabled)");
  const { zone } = board.rules;
  const statuses = await board.statuses();
  return statuses === undefined
    ? failure(503, "how the budgets stand cannot be told now; the daemon's log says why")
    : json(toBudgetsAnswer(statuses, zone));
}
