/** What the web server asks of the embedded store. */
import assert from "node:assert/strict";
import type { UsageAnswers } from "../http/routes.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../system/clock.ts";
import { usageReport } from "../usage/answer.ts";
import { usageSeries } from "../usage/series.ts";
import { TimeZone } from "../usage/time-zone.ts";

/**
 * The answers of a store.
 *
 * @param isComplete false while lines are known that the store has not taken in yet
 */
export function usageAnswers(store: Store, isComplete: () => boolean, clock: Clock): UsageAnswers {
  return {
    series: ({ days, tz, groupBy, agent, user, key, organization }) => {
      const zone = zoneNamed(tz);
      const asked = { agent, user, key, organization };
      const filters = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
      const today = zone.dayOf(clock.nowMs());
      return usageSeries(store.database, { days, today, zone, groupBy, filters, isComplete: isComplete() });
    },
    totals: (days) => {
      const zone = zoneNamed("UTC");
      const today = zone.dayOf(clock.nowMs());
      const period = { since: today - days + 1, until: today };
      const question = { period, zone, today, by: [], includesSystem: false };
      const { totals, assumedModels } = usageReport(store.database, question);
      return {
        days,
        requests: totals.requests,
        errors: totals.errors,
        inputTokens: totals.inputTokens,
        outputTokens: totals.outputTokens,
        costPicousd: totals.totalPicousd,
        unpricedRecords: totals.unpricedRecords,
        suspectRecords: totals.suspectRecords,
        assumedModels,
      };
    },
  };
}

/** The zone of a name that was checked before. */
function zoneNamed(name: string): TimeZone {
  const zone = TimeZone.find(name);
  assert(zone !== undefined, `no such time zone: ${name}`);
  return zone;
}
