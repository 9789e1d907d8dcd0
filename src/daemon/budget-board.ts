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

/** What one question to the source gave. */
interface Asked {
  readonly atMs: number;
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
   * How the budgets stand now, or stood at most `ageMsMax` ago. Never rejects: undefined if it cannot be told, which is
   * one warning in the log until it can be told again.
   */
  statuses(ageMsMax = 0): Promise<readonly BudgetStatus[] | undefined> {
    const atMs = this.#clock.monotonicMs();
    if (this.#asked === undefined || atMs - this.#asked.atMs >= ageMsMax)
      this.#asked = { atMs, statuses: this.#ask() };
    return this.#asked.statuses;
  }

  async #ask(): Promise<readonly BudgetStatus[] | undefined> {
    const { budgets, zone } = this.#rules;
    try {
      const statuses = await budgetStatuses(this.#source, budgets, this.#clock.nowMs(), zone);
      this.#isFailing = false;
      return statuses;
    } catch (error) {
      if (!this.#isFailing) this.#log.warn({ err: error }, "how the budgets stand cannot be told");
      this.#isFailing = true;
      return undefined;
    }
  }
}
