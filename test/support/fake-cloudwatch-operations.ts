/** The operations of CloudWatch Logs that the double knows: input → output, or a `ServiceRefusal`. */
import {
  batchOf,
  checkedStreamName,
  flagOf,
  groupNameOf,
  limitOf,
  listOf,
  rejectedOf,
  retentionOf,
  ServiceRefusal,
  streamNameOf,
  textOf,
  timesOf,
} from "./fake-cloudwatch-rules.ts";
import type { FakeCloudWatchStore, Group, StoredEvent } from "./fake-cloudwatch-store.ts";

type Input = Readonly<Record<string, unknown>>;
type Operation = (store: FakeCloudWatchStore, input: Input) => object;

const DESCRIBED_MAX = 50;
const ARN = "arn:aws:logs:eu-west-1:123456789012:log-group";

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateLogGroup: (store, input) => {
    const name = groupNameOf(input);
    if (store.groups.has(name)) exists("log group");
    store.createGroup(name);
    return {};
  },

  CreateLogStream: (store, input) => {
    const name = streamNameOf(input);
    const group = groupOf(store, input);
    if (group.streams.has(name)) exists("log stream");
    group.streams.set(name, { creationTime: store.nowMs() });
    return {};
  },

  PutRetentionPolicy: (store, input) => {
    const days = retentionOf(input);
    groupOf(store, input).retentionDays = days;
    return {};
  },

  DescribeLogGroups: (store, input) => {
    const prefix = textOf(input, "logGroupNamePrefix") ?? "";
    const found = [...store.groups].filter(([name]) => name.startsWith(prefix));
    return described(input, "logGroups", found, ([name, { creationTime, retentionDays, events }]) => ({
      logGroupName: name,
      creationTime,
      arn: `${ARN}:${name}:*`,
      storedBytes: events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0),
      logGroupClass: "STANDARD",
      ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
    }));
  },

  DescribeLogStreams: (store, input) => {
    const prefix = textOf(input, "logStreamNamePrefix") ?? "";
    const found = [...groupOf(store, input).streams].filter(([name]) => name.startsWith(prefix));
    return described(input, "logStreams", found, ([name, { creationTime }]) => ({
      logStreamName: name,
      creationTime,
    }));
  },

  PutLogEvents: (store, input) => {
    const name = streamNameOf(input);
    const events = batchOf(input);
    const group = groupOf(store, input);
    if (!group.streams.has(name)) notFound("log stream");
    const rejected = rejectedOf(events, store.nowMs(), group.retentionDays);
    const start = Math.max(rejected?.tooOldLogEventEndIndex ?? 0, rejected?.expiredLogEventEndIndex ?? 0);
    store.take(group, name, events.slice(start, rejected?.tooNewLogEventStartIndex));
    return {
      nextSequenceToken: "ignored",
      ...(rejected !== undefined && { rejectedLogEventsInfo: rejected }),
    };
  },

  GetLogEvents: (store, input) => {
    const name = streamNameOf(input);
    const group = groupOf(store, input);
    if (!group.streams.has(name)) notFound("log stream");
    const { startTime = 0, endTime = Number.MAX_SAFE_INTEGER } = timesOf(input);
    // A nextForwardToken needs startFromHead, true.
    const direction = flagOf(input, "startFromHead") ? "f" : "b";
    // An event of exactly `endTime` is not included here.
    const query = { startTime, endTime: endTime - 1, limit: limitOf(input), streams: isOneOf([name]) };
    const page = store.page(group, query, direction, textOf(input, "nextToken"));
    return {
      events: page.events.map(({ timestamp, message, ingestionTime }) => ({
        timestamp,
        message,
        ingestionTime,
      })),
      // The other direction is not for use with the double.
      nextForwardToken: direction === "f" ? page.next : "f/end",
      nextBackwardToken: direction === "b" ? page.next : "b/end",
    };
  },

  FilterLogEvents: (store, input) => {
    const group = groupOf(store, input);
    if ((textOf(input, "filterPattern") ?? "") !== "")
      throw new ServiceRefusal("InvalidParameterException", "The double knows no filter patterns");
    const { startTime = 0, endTime = Number.MAX_SAFE_INTEGER } = timesOf(input);
    const streams = streamsOf(input);
    const query = { startTime, endTime, limit: limitOf(input), streams };
    const page = store.page(group, query, "f", textOf(input, "nextToken"));
    return { events: page.events.map(filteredEvent), ...(!page.isEnd && { nextToken: page.next }) };
  },
};

function groupOf(store: FakeCloudWatchStore, input: Input): Group {
  return store.groups.get(groupNameOf(input)) ?? notFound("log group");
}

function notFound(what: string): never {
  throw new ServiceRefusal("ResourceNotFoundException", `The specified ${what} does not exist.`);
}

function exists(what: string): never {
  throw new ServiceRefusal("ResourceAlreadyExistsException", `The specified ${what} already exists`);
}

/** Which streams FilterLogEvents asks for: some by name, those with a prefix, or all. */
function streamsOf(input: Input): (name: string) => boolean {
  const prefix = textOf(input, "logStreamNamePrefix");
  const names = listOf(input, "logStreamNames");
  if (names === undefined) return (name) => name.startsWith(prefix ?? "");
  if (prefix !== undefined || names.length < 1 || names.length > 100)
    throw new ServiceRefusal(
      "InvalidParameterException",
      "logStreamNames: 1 to 100, and not together with logStreamNamePrefix",
    );
  return isOneOf(names.map((name) => checkedStreamName(String(name))));
}

function isOneOf(names: readonly string[]): (name: string) => boolean {
  return (name) => names.includes(name);
}

function filteredEvent({ timestamp, message, ingestionTime, stream, sequence }: StoredEvent): object {
  return {
    timestamp,
    message,
    ingestionTime,
    logStreamName: stream,
    eventId: String(sequence).padStart(56, "0"),
  };
}

/** A page of what a Describe operation found, by name. */
function described<Found extends readonly [name: string, unknown]>(
  input: Input,
  member: string,
  found: readonly Found[],
  describe: (found: Found) => object,
): object {
  const limit = limitOf(input, DESCRIBED_MAX);
  const after = textOf(input, "nextToken") ?? "";
  const rest = found.filter(([name]) => name > after).sort(([a], [b]) => (a < b ? -1 : 1));
  const page = rest.slice(0, limit);
  return {
    [member]: page.map(describe),
    ...(rest.length > limit && { nextToken: page.at(-1)?.[0] }),
  };
}
