/**
 * What was found and told before, so that everything is told once: a state for each fingerprint, kept over restarts.
 *
 *     no alert -> pending (breached, but not often enough in a row) -> firing -> no alert
 */
import { z } from "zod";
import { type AlertDetails, type Finding, RULES, type RuleReport } from "./alert.ts";
import type { Notification } from "./notification.ts";

/** More alerts at once are no news any more. */
const ALERTS_MAX = 1000;
/** Alerts that are over, the last ones, for those who look later. */
const RESOLVED_MAX = 50;

const DAY_MS = 24 * 60 * 60 * 1000;

const details = {
  fingerprint: z.string(),
  rule: z.enum(RULES),
  severity: z.enum(["info", "warning", "critical"]),
  title: z.string(),
  text: z.string(),
  labels: z.record(z.string(), z.string()),
  value: z.number(),
  threshold: z.number(),
};

const alert = z.object({
  ...details,
  state: z.enum(["pending", "firing"]),
  /** Breaches in a row while it is pending. */
  breaches: z.int(),
  is_silenced: z.boolean(),
  /** True if it held already when watching began, and is therefore never told. */
  is_old: z.boolean(),
  /** Of the breach that made it fire; while it is pending, of the first one. */
  starts_ms: z.number(),
  /** When it was last told; null: not yet. */
  told_ms: z.number().nullable(),
});
export type Alert = z.output<typeof alert>;

const resolvedAlert = z.object({ ...details, starts_ms: z.number(), ends_ms: z.number() });
export type ResolvedAlert = z.output<typeof resolvedAlert>;

export const alertMemorySchema = z.object({
  alerts: z.array(alert),
  /** Alerts that are over, the latest first. */
  resolved: z.array(resolvedAlert),
});
export type SavedAlerts = z.output<typeof alertMemorySchema>;

/** When and how a report is taken in. */
export interface Circumstances {
  readonly nowMs: number;
  /** How often an alert that goes on is told again, in milliseconds. */
  readonly repeatMs: number;
  /** True while watching begins on old data: what holds by then is not told. */
  readonly isOld?: boolean;
}

export class AlertMemory {
  readonly #alerts: Map<string, Alert>;
  #resolved: readonly ResolvedAlert[];
  #leftOut = 0;

  constructor(saved: SavedAlerts = { alerts: [], resolved: [] }) {
    this.#alerts = new Map(saved.alerts.map((one) => [one.fingerprint, one]));
    this.#resolved = saved.resolved;
  }

  /** Takes in what a rule found and returns what of it is news. */
  take(found: RuleReport, circumstances: Circumstances): readonly Notification[] {
    const news = found.findings.flatMap((finding) => this.#step(finding, found, circumstances) ?? []);
    const { others } = found;
    if (others.level === "unchanged") return news;
    const named = new Set(found.findings.map(({ fingerprint }) => fingerprint));
    const gone = [...this.#alerts.values()].filter(
      ({ rule, fingerprint }) => rule === found.rule && !named.has(fingerprint),
    );
    const over = gone.map((one) => this.#resolve({ ...one, text: others.text }, circumstances.nowMs));
    return [...news, ...over.flatMap((one) => one ?? [])];
  }

  /** Alerts that fire, the latest first. */
  firing(): readonly Alert[] {
    const firing = [...this.#alerts.values()].filter(({ state }) => state === "firing");
    return firing.toSorted((one, other) => other.starts_ms - one.starts_ms);
  }

  /** Alerts that were left out because there were too many at once, since the start. */
  get leftOut(): number {
    return this.#leftOut;
  }

  saved(): SavedAlerts {
    return { alerts: [...this.#alerts.values()], resolved: [...this.#resolved] };
  }

  #step(finding: Finding, found: RuleReport, circumstances: Circumstances): Notification | undefined {
    const { fingerprint } = finding;
    const known = this.#alerts.get(fingerprint);
    if (known?.state === "firing") return this.#goOn(known, finding, found, circumstances);
    if (finding.level !== "breached") {
      this.#alerts.delete(fingerprint);
      return undefined;
    }
    if (known === undefined && this.#alerts.size >= ALERTS_MAX) {
      this.#leftOut += 1;
      return undefined;
    }
    const breaches = (known?.breaches ?? 0) + 1;
    const isEnough = breaches >= found.consecutive;
    const next: Alert = {
      ...detailsOf(finding),
      state: isEnough ? "firing" : "pending",
      breaches,
      is_silenced: finding.isSilenced === true,
      is_old: circumstances.isOld === true,
      starts_ms: known !== undefined && !isEnough ? known.starts_ms : circumstances.nowMs,
      told_ms: null,
    };
    return isEnough ? this.#tell(next, circumstances.nowMs) : this.#keep(next);
  }

  #goOn(
    known: Alert,
    finding: Finding,
    { repetition }: RuleReport,
    { nowMs, repeatMs }: Circumstances,
  ): Notification | undefined {
    if (finding.level === "clear") return this.#resolve({ ...known, ...detailsOf(finding) }, nowMs);
    const next: Alert = { ...known, is_silenced: finding.isSilenced === true };
    const present = finding.level === "breached" ? { ...next, ...detailsOf(finding) } : next;
    if (known.told_ms === null)
      return finding.level === "breached" ? this.#tell(present, nowMs) : this.#keep(present);
    const pauseMs = repetition === "daily" ? Math.max(repeatMs, DAY_MS) : repeatMs;
    const isDue = repetition !== "never" && nowMs - known.told_ms >= pauseMs;
    return isDue ? this.#tell(present, nowMs) : this.#keep(present);
  }

  #keep(next: Alert): undefined {
    this.#alerts.set(next.fingerprint, next);
  }

  /** Keeps it, and tells it unless somebody else does or nobody should. */
  #tell(next: Alert, nowMs: number): Notification | undefined {
    if (next.is_silenced || next.is_old) return this.#keep(next);
    this.#keep({ ...next, told_ms: nowMs });
    return { ...detailsOf(next), status: "firing", starts_ms: next.starts_ms, ends_ms: null };
  }

  #resolve(last: Alert, nowMs: number): Notification | undefined {
    this.#alerts.delete(last.fingerprint);
    if (last.state === "pending") return undefined;
    const over = { ...detailsOf(last), starts_ms: last.starts_ms, ends_ms: nowMs };
    this.#resolved = [over, ...this.#resolved].slice(0, RESOLVED_MAX);
    return last.told_ms === null ? undefined : { ...over, status: "resolved" };
  }
}

/** What is told of it, without how it stands. */
function detailsOf(one: AlertDetails) {
  const { fingerprint, rule, severity, title, text, labels, value, threshold } = one;
  return { fingerprint, rule, severity, title, text, labels: { ...labels }, value, threshold };
}
