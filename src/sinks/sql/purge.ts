/** Removes records that are old enough, a few at a time; sums are kept for good. */
import type { Clock } from "../../system/clock.ts";
import type { Committer } from "./committer.ts";
import type { SqlConnection } from "./connection.ts";

/** Removed at once: few enough that nobody has to wait for it. */
const RECORDS_AT_ONCE = 2000;
/** Once nothing is left, how long until the next look. */
const PAUSE_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

export class RecordPurge {
  readonly #committer: Committer;
  readonly #clock: Clock;
  readonly #retentionDays: number | undefined;
  #nextMs = Number.NEGATIVE_INFINITY;

  /** @param retentionDays undefined: nothing is ever removed */
  constructor(
    ports: { readonly committer: Committer; readonly clock: Clock },
    retentionDays: number | undefined,
  ) {
    this.#committer = ports.committer;
    this.#clock = ports.clock;
    this.#retentionDays = retentionDays;
  }

  /** Removes some old records, if it is time for it. Rejects with a `SqlFault`. */
  async removeSome(connection: SqlConnection): Promise<void> {
    if (this.#retentionDays === undefined || this.#clock.monotonicMs() < this.#nextMs) return;
    const olderThanMs = this.#clock.nowMs() - this.#retentionDays * DAY_MS;
    const removed = await this.#committer.purge(connection, olderThanMs, RECORDS_AT_ONCE);
    if (removed < RECORDS_AT_ONCE) this.#nextMs = this.#clock.monotonicMs() + PAUSE_MS;
  }
}
