/** The rules that ask the embedded store: spike, budget, unpriced and over_count. */
import type { BudgetStatus } from "../budget/status.ts";
import { BUCKET_MS } from "../store/bucket.ts";
import type { UnpricedModel } from "../store/unpriced-query.ts";
import type { UsageSource } from "../usage/source.ts";
import { noJudgement, type RuleName, type RuleReport, switchedOff } from "./alert.ts";
import { judgeBudgets } from "./budget-rule.ts";
import { judgeOverCount, OVER_COUNT_SPAN_MS } from "./over-count.ts";
import type { AlertSettings } from "./settings.ts";
import { SpikeWatch } from "./spike-watch.ts";
import { sumsOf } from "./sums.ts";
import { judgeUnpriced, UNPRICED_MODELS_MAX, UNPRICED_SPAN_MS } from "./unpriced.ts";

const STORE_RULES = ["spike", "budget", "unpriced", "over_count"] as const;

/** What the embedded store is asked. */
export interface StoreQuestions {
  readonly source: UsageSource;
  /** As the query of that name. */
  unpricedModels(fromMs: number, limit: number): readonly UnpricedModel[];
  /** Whether a model has a price by now. */
  isPriced(model: string): boolean;
  /** How all budgets stand. */
  budgets(nowMs: number): Promise<readonly BudgetStatus[]>;
}

/** The moment of a look, and how far the store is. */
export interface Present {
  readonly nowMs: number;
  /** All lines written before are in the store. */
  readonly completeUntilMs: number;
  /** When watching began: what the records before say is history. */
  readonly sinceMs: number;
}

/** Data that is behind by more is not judged: its sums are too low. */
const BEHIND_MS = 15 * 60 * 1000;

const CATCHING_UP = { state: "catching_up", note: "lines of the past are read first" } as const;

/** True if a lane has all but the last few minutes. */
export function isUpToDate(completeUntilMs: number | undefined, nowMs: number): completeUntilMs is number {
  return completeUntilMs !== undefined && nowMs - completeUntilMs <= BEHIND_MS;
}

export interface StoreJudgement {
  readonly reports: readonly RuleReport[];
  /** Up to where hours are judged by now. */
  readonly hoursJudgedMs: number;
}

export class StoreRules {
  readonly #questions: StoreQuestions;
  readonly #spikes = new SpikeWatch();

  constructor(questions: StoreQuestions) {
    this.#questions = questions;
  }

  /** Judges by all rules that are on. Rejects if the store cannot be asked. */
  async judge(settings: AlertSettings, present: Present, hoursJudgedMs: number): Promise<StoreJudgement> {
    const { source, unpricedModels, isPriced, budgets } = this.#questions;
    const { nowMs, completeUntilMs } = present;
    const reports = STORE_RULES.filter((rule) => settings[rule] === false).map(offReport);
    let judgedMs = hoursJudgedMs;
    if (settings.spike) {
      const hours = { source, judgedUntilMs: hoursJudgedMs, completeUntilMs, nowMs };
      const judgement = await this.#spikes.judge(settings.spike, hours);
      reports.push(...judgement.reports);
      judgedMs = judgement.judgedUntilMs;
    }
    if (settings.budget) reports.push(judgeBudgets(await budgets(nowMs)));
    if (settings.unpriced) {
      const models = unpricedModels(spanStart(present, UNPRICED_SPAN_MS), UNPRICED_MODELS_MAX);
      reports.push(judgeUnpriced(models, isPriced));
    }
    if (settings.over_count) {
      const fromMs = spanStart(present, OVER_COUNT_SPAN_MS);
      // Embeddings are suspect where they are estimated, which is no surprise.
      const sums = await sumsOf(source, fromMs, nextBucket(nowMs), { category: "llm" });
      reports.push(judgeOverCount(settings.over_count, sums));
    }
    return { reports, hoursJudgedMs: judgedMs };
  }
}

/** What the rules say while there is no store to ask, or while it is filled with lines of the past. */
export function unaskedReports(settings: AlertSettings, hasStore: boolean): readonly RuleReport[] {
  return STORE_RULES.map((rule) => {
    if (settings[rule] === false) return offReport(rule);
    return hasStore
      ? noJudgement(rule, CATCHING_UP)
      : switchedOff(rule, "it needs the embedded store (store.enabled)");
  });
}

function offReport(rule: RuleName): RuleReport {
  return switchedOff(rule, "it is switched off");
}

function nextBucket(ms: number): number {
  return Math.ceil(ms / BUCKET_MS) * BUCKET_MS;
}

/** Where the last `spanMs` begin, or watching, if that is later. */
function spanStart({ nowMs, sinceMs }: Present, spanMs: number): number {
  return nextBucket(Math.max(Math.min(sinceMs, nowMs), nowMs - spanMs));
}
