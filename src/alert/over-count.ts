/** The rule `over_count`: usage records whose counts are doubtful, as `usage` marks them. */
import type { UsageSums } from "../usage/sums.ts";
import { type Level, type RuleReport, report } from "./alert.ts";

export interface OverCountOptions {
  /** Doubtful records within a day that are worth an alert. */
  readonly min_records: number;
}

export const OVER_COUNT_SPAN_MS = 24 * 60 * 60 * 1000;

/** @param sums of the last day */
export function judgeOverCount(
  { min_records }: OverCountOptions,
  { suspectRecords, usageRecords }: Pick<UsageSums, "suspectRecords" | "usageRecords">,
): RuleReport {
  const below: Level = suspectRecords === 0 ? "clear" : "lingering";
  const finding = {
    fingerprint: "over_count",
    rule: "over_count" as const,
    severity: "info" as const,
    level: suspectRecords >= min_records ? ("breached" as const) : below,
    title: "Token counts are doubtful",
    text: `${suspectRecords} of ${usageRecords} usage records of the last day have doubtful counts, most likely too high: the service counts calls of overlapping requests several times. See deploy/mem0 for a module that counts them right.`,
    labels: {},
    value: suspectRecords,
    threshold: min_records,
  };
  return report("over_count", [finding], { repetition: "daily" });
}
