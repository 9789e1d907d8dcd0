/** Requests and errors of the last minutes, counted as the embedded store takes them in. */
import { z } from "zod";
import type { StoreRow } from "../store/row.ts";
import type { Clock } from "../system/clock.ts";

export const MINUTE_MS = 60_000;

/** Older minutes are forgotten: no window reaches back so far. */
const KEPT_MS = 6 * 60 * MINUTE_MS;
/** A clock of the service that is ahead by more than this is wrong, and what it stamps is of no window. */
const AHEAD_MS = 60 * MINUTE_MS;
/** So many minutes beyond those that can be asked for, before the forgotten ones are thrown away. */
const SURPLUS_MAX = 60;

export interface RequestCounts {
  readonly requests: number;
  /** Of these, those with a status of 400 or above. */
  readonly errors: number;
}

const tally = z.int().min(0);

/** The counts as they are kept over a restart: minute since 1970, requests, errors. */
export const minuteCountsSchema = z.array(z.tuple([z.int(), tally, tally]));
export type SavedMinuteCounts = z.output<typeof minuteCountsSchema>;

export class MinuteCounts {
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #minutes = new Map<number, RequestCounts>();

  constructor(clock: Pick<Clock, "nowMs">, saved: SavedMinuteCounts = []) {
    this.#clock = clock;
    for (const [minute, requests, errors] of saved) this.add(minute * MINUTE_MS, { requests, errors });
  }

  /** Counts the requests among rows by their own time; the service's own routes (health, page) set aside. */
  addRows(rows: readonly StoreRow[]): void {
    for (const { kind, routeGroup, status, timestampMs } of rows) {
      if (kind !== "request" || routeGroup === "system") continue;
      this.add(timestampMs, { requests: 1, errors: status !== null && status >= 400 ? 1 : 0 });
    }
  }

  /** Adds to the minute of a moment, if that is not too far from now. */
  add(atMs: number, { requests, errors }: RequestCounts): void {
    const nowMs = this.#clock.nowMs();
    if (atMs < nowMs - KEPT_MS || atMs > nowMs + AHEAD_MS) return;
    const minute = Math.floor(atMs / MINUTE_MS);
    const known = this.#minutes.get(minute) ?? { requests: 0, errors: 0 };
    this.#minutes.set(minute, { requests: known.requests + requests, errors: known.errors + errors });
    if (this.#minutes.size > (KEPT_MS + AHEAD_MS) / MINUTE_MS + SURPLUS_MAX) this.#forget(nowMs);
  }

  /** The counts from one whole minute to another, which is not counted. */
  sum(fromMs: number, untilMs: number): RequestCounts {
    let requests = 0;
    let errors = 0;
    for (let minute = fromMs / MINUTE_MS; minute < untilMs / MINUTE_MS; minute += 1) {
      const counts = this.#minutes.get(minute);
      requests += counts?.requests ?? 0;
      errors += counts?.errors ?? 0;
    }
    return { requests, errors };
  }

  /** The last moment in a span whose minute has counts; undefined if none has. */
  lastCountedMs(fromMs: number, untilMs: number): number | undefined {
    for (let minute = untilMs / MINUTE_MS - 1; minute >= fromMs / MINUTE_MS; minute -= 1)
      if (this.#minutes.has(minute)) return minute * MINUTE_MS;
    return undefined;
  }

  saved(): SavedMinuteCounts {
    this.#forget(this.#clock.nowMs());
    return [...this.#minutes].map(([minute, { requests, errors }]) => [minute, requests, errors]);
  }

  #forget(nowMs: number): void {
    const first = Math.floor((nowMs - KEPT_MS) / MINUTE_MS);
    for (const minute of this.#minutes.keys()) if (minute < first) this.#minutes.delete(minute);
  }
}
