/** What a period will have cost at its end, if it goes on as in the last days. */
import { BUCKET_MS } from "../store/bucket.ts";
import { TIME_MIN_MS } from "../store/bucket-query.ts";
import type { UsageSource } from "../usage/source.ts";
import { DAY_MS, type TimeZone } from "../usage/time-zone.ts";
import type { TimeSpan } from "./spending.ts";

/** A week holds every hour and every weekday once, so weekends and nights have their right weight. */
const WINDOW_MS = 7 * DAY_MS;

/**
 * The span whose pace is expected to go on: the last seven times 24 hours up to the last full quarter of an hour, which
 * is what usage is added up by; shorter where there is no data from before. Undefined under 24 hours of data.
 */
export async function recentDays(
  source: UsageSource,
  nowMs: number,
  zone: TimeZone,
): Promise<TimeSpan | undefined> {
  const untilMs = Math.floor(nowMs / BUCKET_MS) * BUCKET_MS;
  const before = { fromMs: TIME_MIN_MS, untilMs, zone, includesSystem: true, filters: {} };
  const data = await source.span(before);
  if (data === undefined) return undefined;
  const firstMs = Math.floor(data.firstMs / BUCKET_MS) * BUCKET_MS;
  const fromMs = Math.max(untilMs - WINDOW_MS, firstMs);
  return untilMs - fromMs < DAY_MS ? undefined : { fromMs, untilMs };
}

/** The time from the end of the present quarter of an hour to `untilMs`: so equal data have equal forecasts within one. */
export function timeLeftMs(nowMs: number, untilMs: number): number {
  return Math.max(0, untilMs - Math.ceil(nowMs / BUCKET_MS) * BUCKET_MS);
}

/**
 * `spent + recent / length of the recent days * time left`, in whole pico-dollars.
 *
 * The mean, although one bad day raises it: means are what adds up to a sum, while a median leaves out just those
 * days that use a budget up. And of a whole week, today included: so a burst counts with a seventh of itself for
 * each day that is left, and is forgotten after a week.
 *
 * @param spentPicousd in the period so far
 * @param recentPicousd in the recent days
 * @param leftMs from the end of the present quarter of an hour to that of the period
 */
export function forecastPicousd(
  spentPicousd: bigint,
  recentPicousd: bigint,
  { fromMs, untilMs }: TimeSpan,
  leftMs: number,
): bigint {
  return spentPicousd + (recentPicousd * BigInt(leftMs)) / BigInt(untilMs - fromMs);
}
