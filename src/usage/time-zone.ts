/**
 * Days of a time zone. A day is named `YYYY-MM-DD` or counted from 1970-01-01; it starts at the first moment
 * whose local date is that day, which after a change of the clock need not be midnight.
 */
import { utcDay } from "../record/timestamp.ts";
import { type LocalDay, TIME_MAX_MS, TIME_MIN_MS, type TimeSpan } from "../store/bucket-query.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** No zone changes its offset twice within a week. */
const SEARCH_STEP_MS = 7 * DAY_MS;

/** The name of a day counted from 1970-01-01, as {@link utcDay} has it. */
export function dayName(day: number): string {
  return utcDay(day * DAY_MS);
}

/** The number of a day named `YYYY-MM-DD`; undefined if there is no such day. */
export function dayNumber(name: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(name)) return undefined;
  const ms = Date.parse(`${name}T00:00:00Z`);
  if (Number.isNaN(ms)) return undefined;
  const day = ms / DAY_MS;
  return dayName(day) === name ? day : undefined;
}

/** A span of time in which the zone's offset does not change. */
export interface OffsetSpan {
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  readonly offsetMs: number;
}

/** Adds a span to a day; to the one before it if it follows without a gap. */
function addSpan(days: Map<number, TimeSpan[]>, day: number, span: TimeSpan): void {
  const spans = days.get(day) ?? [];
  const before = spans.at(-1);
  if (before?.untilMs === span.fromMs) spans.splice(-1, 1, { fromMs: before.fromMs, untilMs: span.untilMs });
  else spans.push(span);
  days.set(day, spans);
}

export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  private constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  }

  /** The zone of an IANA name like `Asia/Shanghai` or `UTC`; undefined if there is none of that name. */
  static find(name: string): TimeZone | undefined {
    try {
      return new TimeZone(name);
    } catch {
      return undefined;
    }
  }

  /** The local time minus UTC, in milliseconds. */
  offsetMs(atMs: number): number {
    const bounded = Math.min(Math.max(atMs, TIME_MIN_MS), TIME_MAX_MS);
    const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(this.#format.format(bounded));
    if (match === null) return 0; // "GMT" alone
    const [, sign, hours, minutes, seconds = "0"] = match;
    const sizeMs = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000;
    return sign === "-" ? -sizeMs : sizeMs;
  }

  /** The local day of a moment, counted from 1970-01-01. */
  dayOf(atMs: number): number {
    return Math.floor((atMs + this.offsetMs(atMs)) / DAY_MS);
  }

  /** The first moment of a local day, in Unix milliseconds. */
  dayStartMs(day: number): number {
    const midnightMs = day * DAY_MS;
    const starts = [this.offsetMs(midnightMs - DAY_MS), this.offsetMs(midnightMs + DAY_MS)]
      .map((offsetMs) => midnightMs - offsetMs)
      .sort((a, b) => a - b);
    const found = starts.find((startMs) => this.dayOf(startMs) >= day && this.dayOf(startMs - 1) < day);
    return found ?? midnightMs - this.offsetMs(midnightMs);
  }

  /** Cuts `[fromMs, untilMs)` where the offset changes. */
  offsetSpans(fromMs: number, untilMs: number): OffsetSpan[] {
    const spans: OffsetSpan[] = [];
    let spanStartMs = fromMs;
    let offsetMs = this.offsetMs(fromMs);
    for (let seenMs = fromMs; seenMs < untilMs; ) {
      const nextMs = Math.min(seenMs + SEARCH_STEP_MS, untilMs);
      const nextOffsetMs = this.offsetMs(nextMs);
      if (nextOffsetMs !== offsetMs) {
        const changeMs = this.#changeMs(seenMs, nextMs, offsetMs);
        spans.push({ fromMs: spanStartMs, untilMs: changeMs, offsetMs });
        spanStartMs = changeMs;
        offsetMs = nextOffsetMs;
      }
      seenMs = nextMs;
    }
    if (spanStartMs < untilMs) spans.push({ fromMs: spanStartMs, untilMs, offsetMs });
    return spans;
  }

  /**
   * The days that these stretches of time touch, as far as they do, in the order of their first moments.
   *
   * @param stretches one after the other in time
   */
  days(stretches: readonly TimeSpan[]): LocalDay[] {
    const days = new Map<number, TimeSpan[]>();
    for (const span of stretches.flatMap(({ fromMs, untilMs }) => this.offsetSpans(fromMs, untilMs))) {
      for (let startMs = span.fromMs; startMs < span.untilMs; ) {
        const day = Math.floor((startMs + span.offsetMs) / DAY_MS);
        const endMs = Math.min((day + 1) * DAY_MS - span.offsetMs, span.untilMs);
        addSpan(days, day, { fromMs: startMs, untilMs: endMs });
        startMs = endMs;
      }
    }
    return [...days].map(([day, spans]) => ({ day, spans }));
  }

  /** The first moment after `beforeMs` whose offset is not `offsetMs`, as that of `afterMs` is not. */
  #changeMs(beforeMs: number, afterMs: number, offsetMs: number): number {
    let before = beforeMs;
    let after = afterMs;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.offsetMs(middle) === offsetMs) before = middle;
      else after = middle;
    }
    return after;
  }
}
