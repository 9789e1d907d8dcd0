/**
 * How the budgets of the running daemon stand, for everything that shows it: the API, the page, metrics, alerts.
 * Delivery knows nothing of it.
 */
import type { Budget } from "../budget/budget.ts";
import { type BudgetStatus, budgetStatuses } from "../budget/status.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { UsageSource } from "../usage/source.ts";
import type { TimeZone } from "../usage/time-zone.ts";

export interface BudgetRules {
  readonly budgets: readonly Budget[];
  /** In whose days the periods lie. */
  readonly zone: TimeZone;
}

/** A large store takes its time, in which nothing else is done: who takes an older answer costs at most a tenth of it. */
const REST_PER_ANSWER = 10;

/** What one question to the source gave. */
interface Asked {
  readonly askedMs: number;
  /** How long it took; 0 while it is under way. */
  tookMs: number;
  readonly statuses: Promise<readonly BudgetStatus[] | undefined>;
}

export class BudgetBoard {
  readonly #source: UsageSource;
  readonly #clock: Pick<Clock, "nowMs" | "monotonicMs">;
  readonly #log: Log;
  #rules: BudgetRules;
  #asked: Asked | undefined;
  #isFailing = false;

  /** @param source what is asked; it stays open */
  constructor(
    source: UsageSource,
    rules: BudgetRules,
    { clock, log }: { readonly clock: Pick<Clock, "nowMs" | "monotonicMs">; readonly log: Log },
  ) {
    this.#source = source;
    this.#rules = rules;
    this.#clock = clock;
    this.#log = log;
  }

  /** The rules in force. */
  get rules(): BudgetRules {
    return this.#rules;
  }

  /** Takes over other rules, after a reload. */
  replaceRules(rules: BudgetRules): void {
    this.#rules = rules;
    this.#asked = undefined;
  }

  /**
   * How the budgets stand now, or stood at most `ageMsMax` ago; if that is not 0, longer where it takes long to tell.
   * Never rejects: undefined if it cannot be told, which is one warning in the log until it can be told again.
   */
  async statuses(ageMsMax = 0): Promise<readonly BudgetStatus[] | undefined> {
    const atMs = this.#clock.monotonicMs();
    if (this.#asked !== undefined && ageMsMax > 0) {
      const { askedMs, tookMs, statuses } = this.#asked;
      if (atMs - askedMs < Math.max(ageMsMax, tookMs * REST_PER_ANSWER)) return statuses;
    }
    const asked: Asked = { askedMs: atMs, tookMs: 0, statuses: this.#ask() };
    this.#asked = asked;
    const statuses = await asked.statuses;
    asked.tookMs = this.#clock.monotonicMs() - atMs;
    return statuses;
  }

  async #ask(): Promise<readonly BudgetStatus[] | undefined> {
    const { budgets, zone } = this.#rules;
    try {
      const statuses = await budgetStatuses(this.#source, budgets, this.#clock.nowMs(), zone);
      this.#isFailing = false;
      return statuses;
    } catch (error) {
      if (!this.#isFailing)
        this.#log.warn(
          { err: error },
          "how the budgets stand cannot be told: the embedded store does not answer; delivery goes on",
        );
      this.#isFailing = true;
      return undefined;
    }
  }
}
