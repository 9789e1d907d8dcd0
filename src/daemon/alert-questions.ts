/** What alerts ask the embedded store, with the prices and budgets of a configuration. */
import type { StoreQuestions } from "../alert/store-rules.ts";
import { budgetStatuses } from "../budget/status.ts";
import { budgetsOf } from "../config/budgets.ts";
import type { Config } from "../config/load.ts";
import { PriceBook } from "../cost/price-book.ts";
import { unpricedModels } from "../store/unpriced-query.ts";
import type { Clock } from "../system/clock.ts";
import type { Database } from "../system/sqlite.ts";
import { StoreUsage } from "../usage/store-source.ts";

/** @param config the one in force; asked anew each time, so that a reload needs no word */
export function storeQuestions(
  database: Database,
  config: () => Config,
  clock: Pick<Clock, "sleep">,
): StoreQuestions {
  const source = new StoreUsage(database, undefined, () => clock.sleep(0));
  let book: { readonly of: Config; readonly prices: PriceBook } | undefined;
  const prices = () => {
    const of = config();
    if (book?.of !== of) book = { of, prices: new PriceBook(of.pricing) };
    return book.prices;
  };
  return {
    source,
    unpricedModels: (fromMs, limit) => unpricedModels(database, fromMs, limit),
    isPriced: (model) => prices().find(model) !== undefined,
    budgets: (nowMs) => budgetStatuses(source, budgetsOf(config()), nowMs, config().time_zone),
  };
}
