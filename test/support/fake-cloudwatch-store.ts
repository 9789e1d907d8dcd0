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
  /** For the events after this page. */
  readonly next: string;
  /** True if there was nothing after the place where it began. */
  readonly isEnd: boolean;
}

const PAGE_EVENTS_MAX = 10_000;
const PAGE_BYTES_MAX = 1_048_576;
const TOKEN = /^f\/(-?\d+)\/(-?\d+)\/(\d+)$/;
const BEFORE_ALL: Cursor = { timestamp: -1, sequence: -1, emptyPages: 0 };

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

  /** A page in ascending order: from the start of the query, or from where another page ended. */
  pageForward(group: Group, query: EventQuery, token: string | undefined): Page {
    const start = token === undefined ? BEFORE_ALL : cursorOf(token);
    const rest = this.#visible(group, query).filter((event) => compare(event, start) > 0);
    if (rest.length === 0) return { events: [], next: token ?? tokenOf(start), isEnd: true };
    if (start.emptyPages < (this.paging.emptyPages ?? 0))
      return { events: [], next: tokenOf({ ...start, emptyPages: start.emptyPages + 1 }), isEnd: false };
    const events = fitting(rest, Math.min(query.limit, this.paging.eventsMax ?? PAGE_EVENTS_MAX));
    return { events, next: tokenOf({ ...(events.at(-1) ?? start), emptyPages: 0 }), isEnd: false };
  }

  /** The newest events of the query, in ascending order. */
  pageFromTail(group: Group, query: EventQuery): Page {
    const newestFirst = this.#visible(group, query).reverse();
    const limit = Math.min(query.limit, this.paging.eventsMax ?? PAGE_EVENTS_MAX);
    const events = fitting(newestFirst, limit).reverse();
    const next = tokenOf({ ...(events.at(-1) ?? BEFORE_ALL), emptyPages: 0 });
    return { events, next, isEnd: events.length === 0 };
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

function tokenOf({ timestamp, sequence, emptyPages }: Cursor): string {
  return `f/${timestamp}/${sequence}/${emptyPages}`;
}

function cursorOf(token: string): Cursor {
  const [, timestamp, sequence, emptyPages] = TOKEN.exec(token) ?? refuseNextToken(token);
  return { timestamp: Number(timestamp), sequence: Number(sequence), emptyPages: Number(emptyPages) };
}
