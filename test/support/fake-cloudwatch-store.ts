/**
 * What CloudWatch Logs keeps, in memory: groups, their retention, streams, events; and how it gives them back.
 *
 * Events can be read only some time after they were taken, as the service promises no more, and come in pages that
 * may be small or empty.
 */
import { refuseNextToken } from "./fake-cloudwatch-rules.ts";

export interface InputEvent {
  readonly timestamp: number;
  readonly message: string;
}

export interface StoredEvent extends InputEvent {
  readonly stream: string;
  /** The order in which events were taken, over all streams of a group. */
  readonly sequence: number;
  readonly ingestionTime: number;
  /** How many reads of the group there had been. */
  readonly readsBefore: number;
}

/** When an event can be read at last. Both are 0 by default: at once. */
export interface Visibility {
  /** Milliseconds after it was taken, by the store's clock. */
  readonly afterMs?: number;
  /** Reads of its group that do not see it yet. */
  readonly afterReads?: number;
}

export interface Paging {
  /** Events in one page; the documented limits of 10,000 and 1 MB hold besides. */
  readonly eventsMax?: number;
  /** Pages without events before each page that has some. */
  readonly emptyPages?: number;
}

export interface Group {
  readonly creationTime: number;
  retentionDays: number | undefined;
  readonly streams: Map<string, { readonly creationTime: number }>;
  readonly events: StoredEvent[];
  isSorted: boolean;
  reads: number;
}

/** Which events a read asks for. Times in Unix milliseconds, both included. */
export interface EventQuery {
  readonly streams: (name: string) => boolean;
  readonly startTime: number;
  readonly endTime: number;
  readonly limit: number;
}

/** A place between events, and how many empty pages were given there. */
interface Cursor {
  readonly timestamp: number;
  readonly sequence: number;
  readonly emptyPages: number;
}

export interface Page {
  readonly events: readonly StoredEvent[];
  /** For the page that follows in the same direction. */
  readonly next: string;
  /** True if there was nothing after the place where it began. */
  readonly isEnd: boolean;
}

const PAGE_EVENTS_MAX = 10_000;
const PAGE_BYTES_MAX = 1_048_576;
const BEFORE_ALL: Cursor = { timestamp: -1, sequence: -1, emptyPages: 0 };
const AFTER_ALL: Cursor = { timestamp: Number.MAX_SAFE_INTEGER, sequence: 0, emptyPages: 0 };
const BEGINNINGS = { f: BEFORE_ALL, b: AFTER_ALL } as const;

/** Forward: the oldest events first. Backward: the newest. */
export type Direction = keyof typeof BEGINNINGS;

export class FakeCloudWatchStore {
  readonly groups = new Map<string, Group>();
  /** The wall-clock time, in Unix milliseconds. */
  readonly nowMs: () => number;
  visibility: Visibility = {};
  paging: Paging = {};
  #sequence = 0;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  /** Every event that was taken, whether it can be read yet or not; without a name those of all groups. */
  events(group?: string): StoredEvent[] {
    const groups = [...this.groups].filter(([name]) => group === undefined || name === group);
    return groups.flatMap(([, { events }]) => events);
  }

  createGroup(name: string): void {
    const creationTime = this.nowMs();
    const empty = { retentionDays: undefined, streams: new Map(), events: [], isSorted: true, reads: 0 };
    this.groups.set(name, { creationTime, ...empty });
  }

  take(group: Group, stream: string, events: readonly InputEvent[]): void {
    const ingestionTime = this.nowMs();
    for (const { timestamp, message } of events) {
      const sequence = this.#sequence++;
      const taken = { timestamp, message, stream, sequence, ingestionTime, readsBefore: group.reads };
      group.isSorted &&= compare(group.events.at(-1) ?? BEFORE_ALL, taken) < 0;
      group.events.push(taken);
    }
  }

  /**
   * A page, its events in ascending order: from the start of the query on, from its end back, or from where another page
   * of the same direction ended.
   */
  page(group: Group, query: EventQuery, direction: Direction, token: string | undefined): Page {
    const start = token === undefined ? BEGINNINGS[direction] : cursorOf(direction, token);
    const found = this.#visible(group, query);
    const rest =
      direction === "f"
        ? found.filter((event) => compare(event, start) > 0)
        : found.filter((event) => compare(event, start) < 0).reverse();
    const end = (cursor: Cursor) => tokenOf(direction, cursor);
    if (rest.length === 0) return { events: [], next: token ?? end(start), isEnd: true };
    if (start.emptyPages < (this.paging.emptyPages ?? 0))
      return { events: [], next: end({ ...start, emptyPages: start.emptyPages + 1 }), isEnd: false };
    const events = fitting(rest, Math.min(query.limit, this.paging.eventsMax ?? PAGE_EVENTS_MAX));
    const next = end({ ...(events.at(-1) ?? start), emptyPages: 0 });
    return { events: direction === "f" ? events : events.reverse(), next, isEnd: false };
  }

  #visible(group: Group, { streams, startTime, endTime }: EventQuery): StoredEvent[] {
    const { afterMs = 0, afterReads = 0 } = this.visibility;
    const nowMs = this.nowMs();
    if (!group.isSorted) {
      group.events.sort(compare);
      group.isSorted = true;
    }
    const seen = group.events.filter(
      ({ timestamp, stream, ingestionTime, readsBefore }) =>
        timestamp >= startTime &&
        timestamp <= endTime &&
        streams(stream) &&
        nowMs >= ingestionTime + afterMs &&
        group.reads >= readsBefore + afterReads,
    );
    group.reads += 1;
    return seen;
  }
}

type Place = Pick<StoredEvent, "timestamp" | "sequence">;

function compare(a: Place, b: Place): number {
  return a.timestamp - b.timestamp || a.sequence - b.sequence;
}

/** The first of `events` that a page can hold, one at least. */
function fitting(events: readonly StoredEvent[], countMax: number): StoredEvent[] {
  let bytes = 0;
  const tooMuch = events.slice(0, countMax).findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message);
    return index > 0 && bytes > PAGE_BYTES_MAX;
  });
  return events.slice(0, tooMuch < 0 ? countMax : tooMuch);
}

function tokenOf(direction: Direction, { timestamp, sequence, emptyPages }: Cursor): string {
  return `${direction}/${timestamp}/${sequence}/${emptyPages}`;
}

function cursorOf(direction: Direction, token: string): Cursor {
  const parts = /^([fb])\/(-?\d+)\/(-?\d+)\/(\d+)$/.exec(token) ?? refuseNextToken(token);
  if (parts[1] !== direction) refuseNextToken(token);
  return { timestamp: Number(parts[2]), sequence: Number(parts[3]), emptyPages: Number(parts[4]) };
}
