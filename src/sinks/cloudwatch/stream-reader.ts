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
  { group, stream }: LogStream,
  { earliestMs, latestMs }: TimeSpan,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | LogsFailure> {
  const present = new Set<string>();
  const input = {
    logGroupName: group,
    logStreamName: stream,
    startTime: Math.max(0, earliestMs),
    // Exclusive.
    endTime: Math.max(0, latestMs) + 1,
    startFromHead: true,
  };
  const failure = await readPages(logs, input, signal, (events) => {
    for (const { message = "" } of events) {
      const id = eventId(message);
      if (id !== undefined && ids.has(id)) present.add(id);
    }
    return present.size < ids.size;
  });
  return failure ?? present;
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

/** The `event.id` of a document of ours; undefined if the message is something else. */
function eventId(message: string): string | undefined {
  try {
    const id = member(member(JSON.parse(message), "event"), "id");
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
