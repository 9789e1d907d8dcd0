/**
 * Which hours the rule `spike` judges, and what they are compared with.
 *
 * The running hour only grows, so it can be a spike long before its end; whether a spike is over, only a whole hour
 * tells.
 */
import { picousdToNumber } from "../cost/money.ts";
import type { UsageSource } from "../usage/source.ts";
import { noJudgement, type RuleReport, report } from "./alert.ts";
import {
  comparedHours,
  HOUR_MS,
  type HourValues,
  judgeHour,
  SPIKE_METRICS,
  type SpikeOptions,
} from "./spike.ts";
import { beginningOf, sumsOf } from "./sums.ts";

/** With less history an hour has nothing to be compared with. */
const WARM_UP_MS = 24 * HOUR_MS;
const WARMING_UP = {
  state: "warming_up",
  note: "24 hours of history are needed to compare with",
} as const;
/** Hours that ended longer ago are history and not judged any more. */
const JUDGED_MS = 2 * HOUR_MS;

export interface SpikeView {
  readonly source: UsageSource;
  /** Where the last judged hour ended, or watching began. */
  readonly judgedUntilMs: number;
  /** All lines written before are in the source. */
  readonly completeUntilMs: number;
  readonly nowMs: number;
}

export interface SpikeJudgement {
  readonly reports: readonly RuleReport[];
  readonly judgedUntilMs: number;
}

export class SpikeWatch {
  /** What the last hour was compared with. The next one is compared with two thirds of that, too. */
  #compared: ReadonlyMap<number, HourValues> = new Map();

  /** Judges the hours that have ended since the last judgement, and the running one. Rejects with the source's fault. */
  async judge(options: SpikeOptions, view: SpikeView): Promise<SpikeJudgement> {
    const { source, completeUntilMs, nowMs } = view;
    const beginsMs = await beginningOf(source, nowMs);
    if (beginsMs === undefined || nowMs - beginsMs < WARM_UP_MS)
      return { reports: [noJudgement("spike", WARMING_UP)], judgedUntilMs: view.judgedUntilMs };

    const reports: RuleReport[] = [];
    const judge = (startMs: number) => this.#judgeHour(startMs, beginsMs, options, source);
    // A clock that was ahead must not put an end to judging.
    const firstMs = Math.max(Math.min(view.judgedUntilMs, nowMs), nowMs - JUDGED_MS - HOUR_MS);
    let startMs = Math.ceil(firstMs / HOUR_MS) * HOUR_MS;
    for (; startMs + HOUR_MS <= completeUntilMs; startMs += HOUR_MS) reports.push(await judge(startMs));
    reports.push(startMs <= completeUntilMs ? onlyBreaches(await judge(startMs)) : report("spike", []));
    return { reports, judgedUntilMs: startMs };
  }

  async #judgeHour(
    startMs: number,
    beginsMs: number,
    options: SpikeOptions,
    source: UsageSource,
  ): Promise<RuleReport> {
    const history = await this.#historyOf(startMs, beginsMs, source);
    if (history.length === 0) return report("spike", []);
    const values = await hourValues(startMs, source);
    const findings = SPIKE_METRICS.map((metric) => judgeHour(metric, values[metric], history, options));
    return report("spike", findings);
  }

  async #historyOf(hourMs: number, beginsMs: number, source: UsageSource): Promise<readonly HourValues[]> {
    const values = new Map<number, HourValues>();
    for (const startMs of comparedHours(hourMs, beginsMs))
      values.set(startMs, this.#compared.get(startMs) ?? (await hourValues(startMs, source)));
    this.#compared = values;
    return [...values.values()];
  }
}

/** A part of an hour cannot show that a spike is over. */
function onlyBreaches(hour: RuleReport): RuleReport {
  return { ...hour, findings: hour.findings.filter(({ level }) => level === "breached") };
}

async function hourValues(startMs: number, source: UsageSource): Promise<HourValues> {
  const { requests, totalPicousd } = await sumsOf(source, startMs, startMs + HOUR_MS);
  return { requests, cost: picousdToNumber(totalPicousd) };
}
