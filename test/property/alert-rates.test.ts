/**
 * Goal: alerts are seldom wrong and seldom miss what they are for: the figures of docs/alerts.md, measured.
 * Method: seeded traffic without trouble and with it, judged by the rules themselves; the figures are printed. Hours
 * follow a day and a week, and vary as log-normal, which has a tail.
 */
import { expect, test } from "vitest";
import { judgeErrorRate } from "../../src/alert/error-rate.ts";
import { AlertMemory } from "../../src/alert/memory.ts";
import { MINUTE_MS, MinuteCounts } from "../../src/alert/minute-counts.ts";
import { comparedHours, HOUR_MS, judgeHour } from "../../src/alert/spike.ts";
import { type Random, seededRandom } from "../../src/system/random.ts";

const ERROR_OPTIONS = { threshold: 0.05, window: 5 * MINUTE_MS, min_requests: 20, min_errors: 3, for: 2 };
const SPIKE_OPTIONS = { z: 6, times_median: 3, times_maximum: 1.5, min_usd: "0.50", min_requests: 100 };
const WINDOWS = 100_000;

/** So many of `count` chances come true. */
function binomial(count: number, chance: number, random: Random): number {
  let hits = 0;
  for (let index = 0; index < count; index += 1) if (random.next() < chance) hits += 1;
  return hits;
}

/** Begins of alerts in windows of so many requests, of which a part fails. */
function begunAlerts(requests: number, rate: number, windows: number, random: Random): number {
  const memory = new AlertMemory();
  let begun = 0;
  for (let index = 1; index <= windows; index += 1) {
    const startMs = index * ERROR_OPTIONS.window;
    const nowMs = startMs + ERROR_OPTIONS.window;
    const counts = new MinuteCounts({ nowMs: () => nowMs });
    counts.add(startMs, { requests, errors: binomial(requests, rate, random) });
    const view = { counts, judgedUntilMs: startMs, completeUntilMs: nowMs, nowMs };
    for (const report of judgeErrorRate(ERROR_OPTIONS, view).reports)
      begun += memory
        .take(report, { nowMs, repeatMs: 1e15 })
        .filter(({ status }) => status === "firing").length;
  }
  return begun;
}

const percent = (part: number) => `${(part * 100).toFixed(3)} %`;

test("at a true error rate of 1 % a false alarm is rare, and at 30 % the alert comes", {
  timeout: 120_000,
}, () => {
  const random = seededRandom(11);
  let naive = 0;
  for (let index = 0; index < WINDOWS; index += 1) if (binomial(10, 0.01, random) / 10 > 0.05) naive += 1;
  const sizes = [10, 20, 30, 50, 100, 200];
  const shares = sizes.map((size) => begunAlerts(size, 0.01, WINDOWS / 5, random) / (WINDOWS / 5));
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const caught = sizes.slice(1).map((size) => begunAlerts(size, 0.3, 3, random));
  console.log(
    [
      `naive rule, 10 requests: ${percent(naive / WINDOWS)} of windows`,
      ...sizes.map((size, index) => `this rule, ${size} requests: ${percent(shares[index] ?? 0)}`),
      `mean: ${percent(mean)}`,
    ].join("\n"),
  );
  expect(naive / WINDOWS).toBeGreaterThan(0.08);
  expect(mean).toBeLessThan(0.0002);
  expect(caught).toEqual(sizes.slice(1).map(() => 1));
});

/** A standard normal value (Box and Muller, 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** How a service's hours differ. */
interface Traffic {
  /** What a day of the weekend has of a weekday's cost. */
  readonly weekend: number;
  /** Standard deviation of the logarithm of an hour's cost. */
  readonly noise: number;
}

/** The cost of an hour: a day with a night, a week with a weekend, and chance. */
function hourCost(startMs: number, { weekend, noise }: Traffic, random: Random): number {
  const hours = startMs / HOUR_MS;
  const day = 1 + 0.7 * Math.sin((hours / 24) * 2 * Math.PI);
  const week = Math.floor(hours / 24) % 7 >= 5 ? weekend : 1;
  return day * week * Math.exp(noise * normal(random));
}

/** Above the mean by three standard deviations: the rule that people write first. */
function isAboveThreeSigma(cost: number, history: readonly number[]): boolean {
  const mean = history.reduce((sum, one) => sum + one, 0) / history.length;
  const variance = history.reduce((sum, one) => sum + (one - mean) ** 2, 0) / history.length;
  return cost > mean + 3 * Math.sqrt(variance);
}

interface SpikeFigures {
  weeks: number;
  hours: number;
  readonly ours: { falseAlarms: number; caught: number };
  readonly threeSigma: { falseAlarms: number; caught: number };
}

/** Four weeks after two of history; each hour is also tried with eight times its cost. */
function fourWeeks(traffic: Traffic, random: Random, figures: SpikeFigures): void {
  const costs = Array.from({ length: 42 * 24 }, (_, hour) => hourCost(hour * HOUR_MS, traffic, random));
  for (let hour = 14 * 24; hour < costs.length; hour += 1) {
    const history = comparedHours(hour * HOUR_MS, 0).map((startMs) => costs[startMs / HOUR_MS] ?? 0);
    const cost = costs[hour] ?? 0;
    const hours = history.map((one) => ({ requests: 0, cost: one }));
    const isSpike = (value: number) => judgeHour("cost", value, hours, SPIKE_OPTIONS).level === "breached";
    figures.ours.falseAlarms += Number(isSpike(cost));
    figures.ours.caught += Number(isSpike(8 * cost));
    figures.threeSigma.falseAlarms += Number(isAboveThreeSigma(cost, history));
    figures.threeSigma.caught += Number(isAboveThreeSigma(8 * cost, history));
    figures.hours += 1;
  }
  figures.weeks += 4;
}

test.each([
  ["days that are alike", { weekend: 1, noise: 0.3 }, 0.9],
  ["quieter weekends", { weekend: 0.6, noise: 0.3 }, 0.85],
  ["dead weekends and rough hours", { weekend: 0.3, noise: 0.4 }, 0.6],
])(
  "on %s false spikes are rare, and most eightfold hours are caught",
  { timeout: 120_000 },
  (name, traffic, least) => {
    const figures: SpikeFigures = {
      weeks: 0,
      hours: 0,
      ours: { falseAlarms: 0, caught: 0 },
      threeSigma: { falseAlarms: 0, caught: 0 },
    };
    for (let seed = 1; seed <= 25; seed += 1) fourWeeks(traffic, seededRandom(seed), figures);
    const perWeek = (count: number) => (count / figures.weeks).toFixed(3);
    const share = (count: number) => percent(count / figures.hours);
    const { ours, threeSigma } = figures;
    console.log(
      `${name}: ${perWeek(ours.falseAlarms)} false alarms a week, ${share(ours.caught)} of eightfold hours caught; ` +
        `mean + 3 sigma: ${perWeek(threeSigma.falseAlarms)} and ${share(threeSigma.caught)}`,
    );
    expect(ours.falseAlarms / figures.weeks).toBeLessThan(0.1);
    expect(ours.caught / figures.hours).toBeGreaterThan(least);
  },
);
