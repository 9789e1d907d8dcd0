/** Which models the usage records name, as a source of usage knows them. */
import assert from "node:assert/strict";
import type { Config } from "../config/load.ts";
import type { SeenModel } from "../cost/price-check.ts";
import { selectionOf } from "../usage/answer.ts";
import { TimeZone } from "../usage/time-zone.ts";
import { openUsageSource } from "./usage-source.ts";

/**
 * Reads the models of all records, by name.
 *
 * @param from the name of a source that is not unknown
 * @param remark told what a person should know about a source that is empty
 * @throws UsageFault if the source cannot be asked
 */
export async function readSeenModels(
  from: string,
  config: Config,
  remark: (sentence: string) => void,
): Promise<readonly SeenModel[]> {
  const source = await openUsageSource(from, config, remark);
  try {
    const zone = TimeZone.find("UTC");
    assert(zone !== undefined);
    const period = { since: undefined, until: undefined };
    const everything = selectionOf({ period, zone, includesSystem: true });
    const groups = await source.groups(everything, ["model"]);
    const seen = groups.flatMap(({ values: [model], sums }) =>
      typeof model === "string"
        ? [{ model, records: sums.usageRecords, unpricedRecords: sums.unpricedRecords }]
        : [],
    );
    return seen.sort((one, other) => Number(one.model > other.model) - Number(one.model < other.model));
  } finally {
    await source.close();
  }
}
