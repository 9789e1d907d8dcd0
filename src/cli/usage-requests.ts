/** `usage requests`: what single requests cost, each paired with its own usage records. */
import type { Config } from "../config/load.ts";
import { keepsRecords } from "../daemon/lane-plan.ts";
import { StateFolder } from "../daemon/state-folder.ts";
import { openStoreForReading } from "../store/open.ts";
import { type PairSpan, pairableInStore, pairableOf } from "../usage/pairable.ts";
import type { PairableRecord } from "../usage/pairing.ts";
import { periodBounds } from "../usage/period.ts";
import { isRequestDimension, requestCosts, toRequestCostsAnswer } from "../usage/request-costs.ts";
import { UsageFault } from "../usage/source.ts";
import type { Terminal } from "./command.ts";
import type { AskedUsage } from "./usage-options.ts";
import { requestCostsText } from "./usage-requests-text.ts";
import { documentsOf, FROM_FILES, FROM_STORE } from "./usage-source.ts";

/**
 * Answers on the terminal; by route if nothing else is asked for.
 *
 * @param from the name of a source that is not unknown
 * @throws UsageFault if the source has no whole lines, or cannot be read
 */
export async function answerRequests(
  from: string,
  config: Config,
  { by, period, zone, includesSystem, limit }: AskedUsage,
  asJson: boolean,
  terminal: Terminal,
): Promise<void> {
  const dimensions = by.length === 0 ? (["route"] as const) : by.filter(isRequestDimension);
  const span = periodBounds(period, zone);
  const records = recordsOf(from, config, span);
  const report = await requestCosts(records, { ...span, by: dimensions, includesSystem });
  const limited = { ...report, groups: report.groups.slice(0, limit) };
  terminal.out(
    asJson ? `${JSON.stringify(toRequestCostsAnswer(limited))}\n` : requestCostsText(report, limit, terminal),
  );
}

function recordsOf(from: string, config: Config, span: PairSpan): AsyncIterable<PairableRecord> {
  if (from === FROM_FILES || (from === FROM_STORE && !keepsRecords(config)))
    return pairableOf(documentsOf(config), span);
  if (from === FROM_STORE) return recordsInStore(new StateFolder(config.state_dir).store, span);
  throw new UsageFault(
    `the sink "${from}" cannot say what single requests cost: leave --from out, or say --from ${FROM_FILES}`,
  );
}

async function* recordsInStore(path: string, span: PairSpan): AsyncIterable<PairableRecord> {
  const reading = openStoreForReading(path);
  if (reading.outcome === "unreadable") throw new UsageFault(reading.message);
  if (reading.outcome === "none")
    throw new UsageFault(
      `there is no embedded store ${path}: start the daemon first, or say --from ${FROM_FILES}`,
    );
  try {
    yield* pairableInStore(reading.database, span);
  } finally {
    reading.database.close();
  }
}
