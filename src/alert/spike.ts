/**
 * The rule `spike`: an hour with far more requests, or far more cost, than such hours have.
 *
 * An hour is compared with the same hour and its neighbours of the last 14 days. Median and median absolute deviation
 * (MAD) stand for mean and standard deviation, which one earlier spike would pull up; 1.4826 MAD are one standard
 * deviation of a normal distribution (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993).
 */
import { type Finding, HYSTERESIS, type Level } from "./alert.ts";

export const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const DAYS_COMPARED = 14;

const DEVIATIONS_PER_MAD = 1.4826;

export interface SpikeOptions {
  /** Robust z: so many deviations above the median. */
  readonly z: number;
  /** At least so many times the median. */
  readonly times_median: number;
  /** More than so many times the highest of those hours. */
  readonly times_maximum: number;
  /** At least so many US dollars above the median, as decimal text. */
  readonly min_usd: string;
  /** At least so many requests above the median. */
  readonly min_requests: number;
}

export const SPIKE_METRICS = ["requests", "cost"] as const;
export type SpikeMetric = (typeof SPIKE_METRICS)[number];

/** Requests, and list price in US dollars. */
export type HourValues = Readonly<Record<SpikeMetric, number>>;

/** The starts of the hours that an hour is compared with, none before the data begins; it is not among them. */
export function comparedHours(hourMs: number, dataBeginsMs: number): number[] {
  const starts: number[] = [];
  for (let day = DAYS_COMPARED; day >= 1; day -= 1) {
    for (const neighbour of [-1, 0, 1]) {
      const startMs = hourMs - day * DAY_MS + neighbour * HOUR_MS;
      if (startMs >= dataBeginsMs) starts.push(startMs);
    }
  }
  return starts;
}

/** What an hour must not reach. */
export interface SpikeLimit {
  readonly median: number;
  /** At this value and above it is a spike, if it is above `aboveMaximum`, too. */
  readonly limit: number;
  readonly aboveMaximum: number;
}

/**
 * The limit that the values of comparable hours set; there is at least one.
 *
 * @param least how far above the median it has to be at least
 */
export function spikeLimit(values: readonly number[], options: SpikeOptions, least: number): SpikeLimit {
  const median = medianOf(values);
  const deviation = DEVIATIONS_PER_MAD * medianOf(values.map((value) => Math.abs(value - median)));
  const limit = Math.max(median + options.z * deviation, options.times_median * median, median + least);
  return { median, limit, aboveMaximum: options.times_maximum * Math.max(...values) };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** How high a value is against its limit. */
export function spikeLevel(value: number, { limit, aboveMaximum }: SpikeLimit): Level {
  if (value >= limit && value > aboveMaximum) return "breached";
  return value < HYSTERESIS * Math.max(limit, aboveMaximum) ? "clear" : "lingering";
}

const TITLES: Readonly<Record<SpikeMetric, string>> = {
  requests: "Far more requests than usual",
  cost: "Far more cost than usual",
};

/** Judges one hour by one measure. `history` are its comparable hours; there is at least one. */
export function judgeHour(
  metric: SpikeMetric,
  value: number,
  history: readonly HourValues[],
  options: SpikeOptions,
): Finding {
  const values = history.map((hour) => hour[metric]);
  const least = metric === "cost" ? Number(options.min_usd) : options.min_requests;
  const limit = spikeLimit(values, options, least);
  const shown = (amount: number) => (metric === "cost" ? `$${amount.toFixed(2)}` : `${Math.round(amount)}`);
  return {
    fingerprint: `spike:${metric}`,
    rule: "spike",
    severity: "warning",
    level: spikeLevel(value, limit),
    title: TITLES[metric],
    text: `${shown(value)} ${metric === "cost" ? "of cost" : "requests"} within an hour; such hours have ${shown(limit.median)} (median), the limit is ${shown(Math.max(limit.limit, limit.aboveMaximum))}. See: mem0-audit-shipper usage --since today --by agent,user`,
    labels: { metric },
    value,
    threshold: Math.max(limit.limit, limit.aboveMaximum),
  };
}
