/** What was spent in a span of time by whom: asked once for all budgets that want to know. */
import type { CostCategory } from "../cost/cost.ts";
import type { Dimension } from "../usage/dimension.ts";
import type { UsageGroup, UsageSource } from "../usage/source.ts";
import { addSums, emptyUsageSums, type UsageSums } from "../usage/sums.ts";
import type { TimeZone } from "../usage/time-zone.ts";
import type { BudgetScope } from "./budget.ts";

/** Unix milliseconds, the end exclusive. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The sums of each value of a scope; for the scope `all` under null. Records that name no value are in none. */
export type SumsByValue = ReadonlyMap<string | null, Readonly<UsageSums>>;

export class Spending {
  readonly #source: UsageSource;
  readonly #zone: TimeZone;
  readonly #asked = new Map<string, Promise<readonly UsageGroup[]>>();

  constructor(source: UsageSource, zone: TimeZone) {
    this.#source = source;
    this.#zone = zone;
  }

  /** The sums of records of these categories. Rejects with a `UsageFault` where the source cannot tell. */
  async byValue(
    scope: BudgetScope,
    span: TimeSpan,
    categories: readonly CostCategory[],
  ): Promise<SumsByValue> {
    const sums = new Map<string | null, UsageSums>();
    for (const { values, sums: more } of await this.#groups(scope, span)) {
      const [category, value = null] = values;
      if (!categories.some((one) => one === category)) continue;
      if (scope !== "all" && value === null) continue;
      const name = value === null ? null : String(value);
      const known = sums.get(name) ?? emptyUsageSums();
      sums.set(name, known);
      addSums(known, more);
    }
    return sums;
  }

  #groups(scope: BudgetScope, { fromMs, untilMs }: TimeSpan): Promise<readonly UsageGroup[]> {
    const key = `${scope} ${fromMs} ${untilMs}`;
    const known = this.#asked.get(key);
    if (known !== undefined) return known;
    const by: readonly Dimension[] = scope === "all" ? ["category"] : ["category", scope];
    // What costs money counts, whatever path it came by.
    const selection = { fromMs, untilMs, zone: this.#zone, includesSystem: true, filters: {} };
    const groups = this.#source.groups(selection, by);
    this.#asked.set(key, groups);
    return groups;
  }
}
