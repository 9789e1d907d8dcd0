/** Questions to a log stream, answered page by page: a page holds at most 1 MB, and may be empty though more follow. */
import type { GetLogEventsCommandInput, OutputLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { member } from "../bulk/answer.ts";
import type { Logs, LogsFailure } from "./logs.ts";

/** The newest event is on the first page that is not empty; the order within it is not relied on. */
const NEWEST_EVENTS_MAX = 100;

export interface LogStream {
  readonly group: string;
  readonly stream: string;
}

/** Timestamps in Unix milliseconds, both inclusive. */
export interface TimeSpan {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** The timestamp of the newest event, in Unix milliseconds; -Infinity if there is none. */
export async function newestTimestamp(
  logs: Logs,
  { group, stream }: LogStream,
  signal: AbortSignal,
): Promise<number | LogsFailure> {
  let newestMs = Number.NEGATIVE_INFINITY;
  const input = {
    logGroupName: group,
    logStreamName: stream,
    limit: NEWEST_EVENTS_MAX,
    startFromHead: false,
  };
  const failure = await readPages(logs, input, signal, (events) => {
    for (const { timestamp } of events) newestMs = Math.max(newestMs, timestamp ?? newestMs);
    return events.length === 0;
  });
  return failure ?? newestMs;
}

/** Which of these `event.id`s the stream holds within a span of time. */
export async function presentIds(
  logs: Logs,
  place: LogStream,
  span: TimeSpan,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | LogsFailure> {
  const present = new Set<string>();
  const failure = await readPages(logs, within(place, span), signal, (events) => {
    for (const id of eventIds(events)) if (ids.has(id)) present.add(id);
    return present.size < ids.size;
  });
  return failure ?? present;
}

/** How often the stream holds each `event.id` within a span of time; without those that it does not hold. */
export async function countIds(
  logs: Logs,
  place: LogStream,
  span: TimeSpan,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number> | LogsFailure> {
  const counts = new Map<string, number>();
  const failure = await readPages(logs, within(place, span), signal, (events) => {
    for (const id of eventIds(events)) counts.set(id, (counts.get(id) ?? 0) + 1);
    return true;
  });
  return failure ?? counts;
}

function within({ group, stream }: LogStream, { earliestMs, latestMs }: TimeSpan): GetLogEventsCommandInput {
  return {
    logGroupName: group,
    logStreamName: stream,
    startTime: Math.max(0, earliestMs),
    // Exclusive.
    endTime: Math.max(0, latestMs) + 1,
    startFromHead: true,
  };
}

/** Reads on while `use` returns true and there are pages. A stream that does not exist has none. */
async function readPages(
  logs: Logs,
  input: GetLogEventsCommandInput,
  signal: AbortSignal,
  use: (events: readonly OutputLogEvent[]) => boolean,
): Promise<LogsFailure | undefined> {
  let token: string | undefined;
  for (;;) {
    const page = await logs.send("GetLogEvents", { ...input, ...(token && { nextToken: token }) }, signal);
    if (!page.ok) return page.name === "ResourceNotFoundException" ? undefined : page;
    const { events = [], nextForwardToken, nextBackwardToken } = page.output;
    const next = input.startFromHead === true ? nextForwardToken : nextBackwardToken;
    // The end of the stream gives the token back that it was asked with.
    if (!use(events) || next === undefined || next === token) return undefined;
    token = next;
  }
}

function eventIds(events: readonly OutputLogEvent[]): readonly string[] {
  return events.flatMap(({ message = "" }) => eventId(message) ?? []);
}

/** The `event.id` of a document of ours; undefined if the message is something else. */
function eventId(message: string): string | undefined {
  try {
    const id = member(member(JSON.parse(message), "event"), "id");
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
