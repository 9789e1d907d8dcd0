/** Brings the parts of each group together, in whatever order they come. */
import type { DimensionValue } from "./dimension.ts";
import type { UsageGroup } from "./source.ts";
import { addSums, emptyUsageSums, type UsageSums } from "./sums.ts";

interface GrowingGroup extends UsageGroup {
  readonly sums: UsageSums;
}

export class GroupSums {
  readonly #groups = new Map<string, GrowingGroup>();

  /** Adds `sums` to the group of these values. */
  add(values: readonly DimensionValue[], sums: Readonly<UsageSums>): void {
    const key = JSON.stringify(values);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { values, sums: emptyUsageSums() };
      this.#groups.set(key, group);
    }
    addSums(group.sums, sums);
  }

  /** Each group once, in the order of their first parts. */
  all(): readonly UsageGroup[] {
    return [...this.#groups.values()];
  }
}
