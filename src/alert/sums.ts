/** The sums of a span of time out of the usage data, the service's own routes (health, page) set aside. */
import assert from "node:assert/strict";
import type { BucketFilters } from "../store/bucket-query.ts";
import type { UsageSelection, UsageSource } from "../usage/source.ts";
import { emptyUsageSums, type UsageSums } from "../usage/sums.ts";
import { TimeZone } from "../usage/time-zone.ts";

const UTC = TimeZone.find("UTC");

/** All that happened from one moment to another, which is not part of it; both at a quarter of an hour (UTC). */
function spanSelection(fromMs: number, untilMs: number, filters: BucketFilters = {}): UsageSelection {
  assert(UTC !== undefined);
  return { fromMs, untilMs, includesSystem: false, filters, zone: UTC };
}

/** The sums of a span, or of a part of it; both its ends at a quarter of an hour (UTC). */
export async function sumsOf(
  source: UsageSource,
  fromMs: number,
  untilMs: number,
  filters?: BucketFilters,
): Promise<Readonly<UsageSums>> {
  const [all] = await source.groups(spanSelection(fromMs, untilMs, filters), []);
  return all?.sums ?? emptyUsageSums();
}

/** When the data begins, maybe up to a quarter of an hour early; undefined if there is none. */
export async function beginningOf(source: UsageSource, nowMs: number): Promise<number | undefined> {
  return (await source.span(spanSelection(0, nowMs)))?.firstMs;
}
