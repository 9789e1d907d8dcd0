/** All rules over one daemon: looks, judges, and says what is news. */
import type { LaneSnapshot } from "../lane/snapshot.ts";
import type { StoreRow } from "../store/row.ts";
import type { Clock } from "../system/clock.ts";
import type { VerifyResult } from "../verify/result-file.ts";
import { type RuleReport, switchedOff } from "./alert.ts";
import { CaughtUp } from "./caught-up.ts";
import { judgeDeadLetters } from "./dead-letters.ts";
import { judgeErrorRate } from "./error-rate.ts";
import { judgeLag } from "./lag.ts";
import { AlertMemory } from "./memory.ts";
import { MinuteCounts } from "./minute-counts.ts";
import type { Notification } from "./notification.ts";
import { recount } from "./recount.ts";
import type { AlertSettings } from "./settings.ts";
import type { AlertState } from "./state-file.ts";
import { isUpToDate, type StoreQuestions, StoreRules, unaskedReports } from "./store-rules.ts";
import { judgeVerify } from "./verify-gap.ts";

/** The store is asked so often, but never for more than a fiftieth of the time. */
const QUESTIONS_EVERY_MS = 60_000;
const PAUSE_PER_QUESTION = 50;

/** What the rules look at. */
export interface Observed {
  lanes(): readonly LaneSnapshot[];
  /** Undefined while the audit folder can be read. */
  folderProblem(): string | undefined;
  /** The lane that fills the store. */
  readonly storeLane: string;
  /** Undefined if the store is off. */
  readonly store: StoreQuestions | undefined;
  verifyResult(): Promise<VerifyResult | undefined>;
}

/** What is remembered of watching; what channels have to tell is kept beside it. */
export type WatchState = Omit<AlertState, "waiting">;

/** Takes news as it comes up. */
export type Tell = (news: readonly Notification[]) => void;

export class AlertWatch {
  readonly #observed: Observed;
  readonly #clock: Clock;
  readonly #counts: MinuteCounts;
  readonly #memory: AlertMemory;
  readonly #storeRules: StoreRules | undefined;
  readonly #caughtUp = new Map<string, CaughtUp>();
  #state: WatchState;
  #settings: AlertSettings;
  #questionsDueMs = Number.NEGATIVE_INFINITY;

  constructor(settings: AlertSettings, state: WatchState, observed: Observed, clock: Clock) {
    this.#settings = settings;
    this.#state = state;
    this.#observed = observed;
    this.#clock = clock;
    this.#counts = new MinuteCounts(clock, state.minutes);
    this.#memory = new AlertMemory(state.memory);
    this.#storeRules = observed.store && new StoreRules(observed.store);
  }

  /** To be called before the lanes start: makes good what a crash has lost of the counts. */
  async begin(): Promise<void> {
    const { store } = this.#observed;
    const nowMs = this.#clock.nowMs();
    const isKnown = store && (await recount(this.#counts, store.source, this.#state.saved_ms, nowMs));
    if (!isKnown) this.#remember({ windows_judged_ms: nowMs });
  }

  replaceSettings(settings: AlertSettings): void {
    this.#settings = settings;
    this.#questionsDueMs = Number.NEGATIVE_INFINITY;
  }

  /** Takes in rows of the store as they are committed. */
  addRows(rows: readonly StoreRow[]): void {
    this.#counts.addRows(rows);
  }

  /** Alerts that were left out because there were too many at once. */
  get leftOut(): number {
    return this.#memory.leftOut;
  }

  /** Looks once and tells what is news. Rejects if the store cannot be asked; what was found before that is told. */
  async look(tell: Tell): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const lanes = this.#observed.lanes();
    if (this.#observed.folderProblem() === undefined) this.#lookAtLanes(lanes, nowMs);
    this.#take(this.#judgeLanes(lanes, nowMs), nowMs, tell);
    this.#take(this.#judgeWindows(nowMs), nowMs, tell);

    this.#take([await this.#judgeVerify(lanes)], nowMs, tell);
    await this.#askStore(nowMs, tell);
  }

  /** What is to be remembered. */
  saved(): WatchState {
    const minutes = this.#counts.saved();
    return { ...this.#state, saved_ms: this.#clock.nowMs(), minutes, memory: this.#memory.saved() };
  }

  #remember(changes: Partial<WatchState>): void {
    this.#state = { ...this.#state, ...changes };
  }

  /** @param isReplay true if old files were read until now: then budgets that are spent already are no news */
  #take(reports: readonly RuleReport[], nowMs: number, tell: Tell, isReplay = false): void {
    for (const found of reports) {
      this.#remember({ rules: { ...this.#state.rules, [found.rule]: found.status } });
      const isOld = isReplay && found.rule === "budget";
      tell(this.#memory.take(found, { nowMs, repeatMs: this.#settings.repeat, isOld }));
    }
  }

  #lookAtLanes(lanes: readonly LaneSnapshot[], nowMs: number): void {
    for (const lane of lanes) {
      const caughtUp = this.#caughtUp.get(lane.name) ?? new CaughtUp();
      this.#caughtUp.set(lane.name, caughtUp);
      caughtUp.look(lane, nowMs);
    }
  }

  /** All lines written before are delivered to a lane. */
  #completeUntilMs(lane: string): number | undefined {
    return this.#caughtUp.get(lane)?.untilMs;
  }

  #judgeLanes(lanes: readonly LaneSnapshot[], nowMs: number): readonly RuleReport[] {
    const { lag, dead_letters } = this.#settings;
    const reports = [
      lag === false ? switchedOff("lag", "it is switched off") : judgeLag(lag, lanes),
      ...(dead_letters === false ? [switchedOff("dead_letters", "it is switched off")] : []),
    ];
    if (dead_letters === false) return reports;
    const isCaughtUp = (sink: string) => isUpToDate(this.#completeUntilMs(sink), nowMs);
    const { report, memory } = judgeDeadLetters(lanes, this.#state.dead_letters, isCaughtUp, nowMs);
    this.#remember({ dead_letters: memory });
    return [...reports, report];
  }

  #judgeWindows(nowMs: number): readonly RuleReport[] {
    const { error_rate } = this.#settings;
    if (error_rate === false) return [switchedOff("error_rate", "it is switched off")];
    if (this.#storeRules === undefined)
      return [switchedOff("error_rate", "it needs the embedded store (store.enabled)")];
    const { reports, judgedUntilMs } = judgeErrorRate(error_rate, {
      counts: this.#counts,
      judgedUntilMs: this.#state.windows_judged_ms,
      completeUntilMs: this.#completeUntilMs(this.#observed.storeLane),
      nowMs,
    });
    this.#remember({ windows_judged_ms: judgedUntilMs });
    return reports;
  }

  async #judgeVerify(lanes: readonly LaneSnapshot[]): Promise<RuleReport> {
    if (this.#settings.verify === false) return switchedOff("verify", "it is switched off");
    const names = lanes.map(({ name }) => name);
    return judgeVerify(await this.#observed.verifyResult(), names);
  }

  async #askStore(nowMs: number, tell: Tell): Promise<void> {
    const completeUntilMs = this.#completeUntilMs(this.#observed.storeLane);
    if (this.#storeRules === undefined || !isUpToDate(completeUntilMs, nowMs)) {
      this.#take(unaskedReports(this.#settings, this.#storeRules !== undefined), nowMs, tell);
      return;
    }
    const startedMs = this.#clock.monotonicMs();
    if (startedMs < this.#questionsDueMs) return;
    this.#questionsDueMs = startedMs + QUESTIONS_EVERY_MS;
    const { since_ms: sinceMs, hours_judged_ms, is_replay } = this.#state;
    const present = { nowMs, completeUntilMs, sinceMs };
    const { reports, hoursJudgedMs } = await this.#storeRules.judge(this.#settings, present, hours_judged_ms);
    this.#remember({ hours_judged_ms: hoursJudgedMs, is_replay: false });
    this.#take(reports, nowMs, tell, is_replay);
    const tookMs = this.#clock.monotonicMs() - startedMs;
    this.#questionsDueMs = startedMs + Math.max(QUESTIONS_EVERY_MS, PAUSE_PER_QUESTION * tookMs);
  }
}
