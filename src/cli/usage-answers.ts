/** What the web server asks about usage. */
import assert from "node:assert/strict";
import type { UsageAnswers } from "../http/routes.ts";
import type { Clock } from "../system/clock.ts";
import { usageReport } from "../usage/answer.ts";
import { usageSeries } from "../usage/series.ts";
import type { UsageSource } from "../usage/source.ts";
import { TimeZone } from "../usage/time-zone.ts";

/**
 * The answers of a source.
 *
 * @param isComplete false while lines are known that the source has not taken in yet
 */
export function usageAnswers(source: UsageSource, isComplete: () => boolean, clock: Clock): UsageAnswers {
  return {
    series: ({ days, tz, groupBy, agent, user, key, organization }) => {
      const zone = zoneNamed(tz);
      const asked = { agent, user, key, organization };
      const filters = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
      const today = zone.dayOf(clock.nowMs());
      return usageSeries(source, { days, today, zone, groupBy, filters, isComplete: isComplete() });
    },
    totals: async (days) => {
      const zone = zoneNamed("UTC");
      const today = zone.dayOf(clock.nowMs());
      const period = { since: today - days + 1, until: today };
      const question = { period, zone, today, by: [], includesSystem: false };
      const { totals, assumedModels } = await usageReport(source, question);
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
