/** `usage reprice`: the costs in the embedded store, computed again with the configuration and the catalog of now. */
import type { Config } from "../config/load.ts";
import { PriceBook } from "../cost/price-book.ts";
import { keepsRecords } from "../daemon/lane-plan.ts";
import { documentRules } from "../daemon/rules.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import { toUnavailable } from "../sinks/local.ts";
import { openStore, openStoreForReading } from "../store/open.ts";
import { silentLog } from "../system/log.ts";
import type { Database } from "../system/sqlite.ts";
import { periodBounds } from "../usage/period.ts";
import { type RepriceReport, repriceStore, toRepriceAnswer } from "../usage/reprice.ts";
import { UsageFault } from "../usage/source.ts";
import type { Terminal } from "./command.ts";
import type { AskedUsage } from "./usage-options.ts";
import { repriceText } from "./usage-reprice-text.ts";

/**
 * Prints the difference; changes the store only if `applies`.
 *
 * @throws UsageFault if there is no store, or it cannot be read or written
 */
export function answerReprice(
  config: Config,
  { period, zone }: Pick<AskedUsage, "period" | "zone">,
  { applies, asJson }: { readonly applies: boolean; readonly asJson: boolean },
  terminal: Terminal,
): void {
  const prices = { pricing: documentRules(config).pricing, book: new PriceBook(config.pricing) };
  const report = withStore(config, applies, (database) =>
    repriceStore(database, prices, periodBounds(period, zone), applies),
  );
  terminal.out(asJson ? `${JSON.stringify(toRepriceAnswer(report))}\n` : repriceText(report, terminal));
}

function withStore(
  config: Config,
  applies: boolean,
  work: (database: Database) => RepriceReport,
): RepriceReport {
  const path = new StateFolder(config.state_dir).store;
  const reading = openStoreForReading(path);
  if (reading.outcome === "unreadable") throw new UsageFault(reading.message);
  if (reading.outcome === "none")
    throw new UsageFault(`there is no embedded store ${path}: start the daemon first, or look at state_dir`);
  try {
    if (!applies) return work(reading.database);
  } finally {
    reading.database.close();
  }
  try {
    const { store } = openStore(path, { keepsRecords: keepsRecords(config), log: silentLog });
    try {
      return work(store.database);
    } finally {
      store.close();
    }
  } catch (error) {
    throw new UsageFault(`nothing was changed, since ${toUnavailable(error, path).message}`);
  }
}
