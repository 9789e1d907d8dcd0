/**
 * What an alert is: a condition that a rule finds in the data, told once when it begins and once when it is over.
 *
 * A rule looks at observations and reports findings. The memory decides what of them is news, the channels carry it.
 */

/** Every rule, in the order in which people read them. */
export const RULES = [
  "error_rate",
  "spike",
  "budget",
  "unpriced",
  "over_count",
  "lag",
  "dead_letters",
  "verify",
] as const;
export type RuleName = (typeof RULES)[number];

export type Severity = "info" | "warning" | "critical";

/**
 * How a subject is.
 * - `breached`: the condition holds.
 * - `lingering`: no more, but not by enough to be over. What fires goes on, what does not begins to count anew.
 * - `clear`: it is over.
 */
export type Level = "breached" | "lingering" | "clear";

/** What is told about an alert. Never a query, a memory or a secret. */
export interface AlertDetails {
  /** Names the rule and its subject: the same for the same trouble, always. */
  readonly fingerprint: string;
  readonly rule: RuleName;
  readonly severity: Severity;
  /** A few words. */
  readonly title: string;
  /** One or two sentences: what was seen, where the limit is, what to do. */
  readonly text: string;
  /** The subject, taken apart: `sink`, `model`, `budget`, ... */
  readonly labels: Readonly<Record<string, string>>;
  /** What was measured, and its limit, in the unit that the title names. */
  readonly value: number;
  readonly threshold: number;
}

/** What a rule found about one subject. */
export interface Finding extends AlertDetails {
  readonly level: Level;
  /** True if another finding about the same subject says more: then this one is not told. */
  readonly isSilenced?: boolean;
}

/** What holds for the subjects of a rule that it does not name. */
export type Others =
  | { readonly level: "unchanged" }
  /** Over, for the reason that `text` gives. */
  | { readonly level: "clear"; readonly text: string };

export const UNCHANGED: Others = { level: "unchanged" };

/** How often an alert that goes on is told again. */
export type Repetition = "configured" | "daily" | "never";

/** What a rule is doing: `note` says it to people. */
export interface RuleStatus {
  readonly state: "watching" | "warming_up" | "catching_up" | "off";
  readonly note: string;
}

/** One judgement of a rule. */
export interface RuleReport {
  readonly rule: RuleName;
  readonly findings: readonly Finding[];
  readonly others: Others;
  /** So many judgements in a row have to find a breach before it fires. */
  readonly consecutive: number;
  readonly repetition: Repetition;
  readonly status: RuleStatus;
}

const WATCHING: RuleStatus = { state: "watching", note: "" };

/** A report of a rule whose every breach fires at once. */
export function report(
  rule: RuleName,
  findings: readonly Finding[],
  changes: Partial<Omit<RuleReport, "rule" | "findings">> = {},
): RuleReport {
  return {
    rule,
    findings,
    others: UNCHANGED,
    consecutive: 1,
    repetition: "configured",
    status: WATCHING,
    ...changes,
  };
}

/** A report that judges nothing, because the rule cannot now. */
export function noJudgement(rule: RuleName, status: RuleStatus): RuleReport {
  return report(rule, [], { status });
}

/** The report of a rule that is switched off, or has nothing to look at: what it fired is over. */
export function switchedOff(rule: RuleName, note: string): RuleReport {
  return report(rule, [], {
    others: { level: "clear", text: `The rule ${rule} does not watch any more: ${note}.` },
    status: { state: "off", note },
  });
}

/** What begins above a threshold is over below this part of it: a value that swings around it is one alert, not many. */
export const HYSTERESIS = 0.8;

/** The level of a value that breaches above `threshold`. */
export function levelOf(value: number, threshold: number): Level {
  if (value > threshold) return "breached";
  // 0.8 times 0.05 is a little more than 0.04 in binary.
  return value < Number((threshold * HYSTERESIS).toPrecision(12)) ? "clear" : "lingering";
}
