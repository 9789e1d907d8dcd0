/** What `usage --from` a database says, in a form that tests compare. */
import { SINKS } from "../../src/sinks/table.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../src/store/bucket-query.ts";
import { systemClock } from "../../src/system/clock.ts";
import { TimeZone } from "../../src/usage/time-zone.ts";
import type { SqlDatabase } from "./sql-places.ts";

export async function openSqlUsage(database: SqlDatabase) {
  const kind = SINKS[database.type];
  const zone = TimeZone.find("Asia/Shanghai");
  if (kind?.usage === undefined || zone === undefined) throw new Error("no answers");
  const options = kind.options.parse(database.configuration);
  const usage = await kind.usage(options, { name: "database", clock: systemClock });
  const everything = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS, includesSystem: true, filters: {}, zone };
  return {
    /** Sums of each local day and agent, by their names. */
    async byDayAndAgent() {
      const groups = await usage.groups(everything, ["day", "agent"]);
      return groups
        .map(({ values, sums }) => [JSON.stringify(values), sums] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1));
    },
    close: () => usage.close(),
  };
}
