/**
 * The rule `error_rate`: too many requests fail.
 *
 * Time is cut into windows that do not overlap, each judged once, when all its lines are there. Windows that
 * overlap would share their errors, and "two in a row" would be no second evidence.
 */
import { type Finding, type Level, levelOf, type RuleReport, type RuleStatus, report } from "./alert.ts";
import { MINUTE_MS, type MinuteCounts, type RequestCounts } from "./minute-counts.ts";

export interface ErrorRateOptions {
  /** Part of the requests, above 0 and below 1. */
  readonly threshold: number;
  /** Whole minutes, in milliseconds. */
  readonly window: number;
  readonly min_requests: number;
  readonly min_errors: number;
  /** Windows in a row that have to breach. */
  readonly for: number;
}

/** Windows that ended so many windows ago, or so many minutes if that is longer, are history and not judged any more. */
const JUDGED_WINDOWS = 3;
const JUDGED_MS = 30 * MINUTE_MS;

/** What the rule knows when it looks. */
export interface ErrorRateView {
  readonly counts: Pick<MinuteCounts, "sum">;
  /** Where the last judged window ended, or watching began. */
  readonly judgedUntilMs: number;
  /** All lines written before are counted; undefined: that is not known. */
  readonly completeUntilMs: number | undefined;
  readonly nowMs: number;
}

export interface ErrorRateJudgement {
  /** One for each window, in their order. */
  readonly reports: readonly RuleReport[];
  readonly judgedUntilMs: number;
}

/** Judges every window that is complete and was not judged yet. */
export function judgeErrorRate(options: ErrorRateOptions, view: ErrorRateView): ErrorRateJudgement {
  const { completeUntilMs = Number.NEGATIVE_INFINITY, nowMs } = view;
  const { window } = options;
  const oldestEndMs = nowMs - Math.max(JUDGED_MS, JUDGED_WINDOWS * window);
  const status = statusOf(options, completeUntilMs, nowMs);
  const reports: RuleReport[] = [];
  // A clock that was ahead must not put an end to judging.
  let startMs = Math.ceil(Math.min(view.judgedUntilMs, nowMs) / window) * window;
  if (startMs + window <= oldestEndMs) {
    startMs = Math.ceil((oldestEndMs - window) / window) * window;
    reports.push(judged(options, skipped(options), status));
  }
  for (; startMs + window <= completeUntilMs; startMs += window) {
    const finding = findingOf(options, view.counts.sum(startMs, startMs + window));
    reports.push(judged(options, finding, status));
  }
  if (reports.length === 0) reports.push(report("error_rate", [], { status }));
  return { reports, judgedUntilMs: startMs };
}

function judged(options: ErrorRateOptions, finding: Finding, status: RuleStatus): RuleReport {
  return report("error_rate", [finding], { consecutive: options.for, status });
}

function statusOf({ window }: ErrorRateOptions, completeUntilMs: number, nowMs: number): RuleStatus {
  if (nowMs - completeUntilMs <= window) return { state: "watching", note: "" };
  return { state: "catching_up", note: "windows are judged once all their lines are read" };
}

function levelOfWindow(options: ErrorRateOptions, { requests, errors }: RequestCounts): Level {
  const rate = requests === 0 ? 0 : errors / requests;
  const level = levelOf(rate, options.threshold);
  const isEnough = requests >= options.min_requests && errors >= options.min_errors;
  return level === "breached" && !isEnough ? "lingering" : level;
}

function findingOf(options: ErrorRateOptions, counts: RequestCounts): Finding {
  const { requests, errors } = counts;
  const rate = requests === 0 ? 0 : errors / requests;
  const { threshold, window } = options;
  return {
    ...skipped(options),
    level: levelOfWindow(options, counts),
    text: `${errors} of ${requests} requests failed within ${window / MINUTE_MS} minutes (${percent(rate)}); the limit is ${percent(threshold)}. See: mem0-audit-shipper usage errors --since today`,
    value: rate,
  };
}

/** Of windows that nobody counted to their end nothing is known: what fires goes on. */
function skipped({ threshold }: ErrorRateOptions): Finding {
  return {
    fingerprint: "error_rate",
    rule: "error_rate",
    severity: "critical",
    level: "lingering",
    title: "Many requests fail",
    text: "How many requests fail is not known at the moment.",
    labels: {},
    value: 0,
    threshold,
  };
}

/** A part of 1 as people read it, with one place. */
function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
