/**
 * The rules of CloudWatch Logs, as its API reference states them, each enforced: what breaks one is refused with the
 * documented exception. The wording of the messages is only likely; tests go by the exception's name.
 *
 * Where the reference leaves room, the stricter reading holds: one event may have 1 MB with its 26 bytes of overhead,
 * and the span of 24 hours is that of all events of a batch, also of those that are too old or too new.
 */
import type { InputEvent } from "./fake-cloudwatch-store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVENTS_MAX = 10_000;
const BATCH_BYTES_MAX = 1_048_576;
const EVENT_BYTES_MAX = 1_048_576;
const BYTES_PER_EVENT = 26;
const PAST_MS_MAX = 14 * DAY_MS;
const FUTURE_MS_MAX = 2 * HOUR_MS;
const PAGE_MAX = 10_000;

export const RETENTION_DAYS: readonly number[] = [
  ...[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ],
];

/** What the service answers instead of a result. `name` is what clients go by. */
export class ServiceRefusal extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** The answer's indices into the batch: the first event that is too new, and the one after the last of the others. */
export interface RejectedEvents {
  tooOldLogEventEndIndex?: number;
  expiredLogEventEndIndex?: number;
  tooNewLogEventStartIndex?: number;
}

type Input = Readonly<Record<string, unknown>>;

function invalid(message: string): never {
  throw new ServiceRefusal("InvalidParameterException", message);
}

function violates(member: string, constraint: string): never {
  return invalid(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

function wrongType(member: string): never {
  throw new ServiceRefusal("SerializationException", `'${member}' has the wrong type`);
}

export function refuseNextToken(token: string): never {
  return invalid(`The specified nextToken is invalid: ${token}`);
}

export function textOf(input: Input, member: string): string | undefined {
  const value = input[member] ?? undefined;
  return value === undefined || typeof value === "string" ? value : wrongType(member);
}

export function integerOf(input: Input, member: string): number | undefined {
  const value = input[member] ?? undefined;
  return value === undefined || Number.isSafeInteger(value)
    ? (value as number | undefined)
    : wrongType(member);
}

export function flagOf(input: Input, member: string): boolean | undefined {
  const value = input[member] ?? undefined;
  return value === undefined || typeof value === "boolean" ? value : wrongType(member);
}

export function listOf(input: Input, member: string): readonly unknown[] | undefined {
  const value = input[member] ?? undefined;
  return value === undefined || Array.isArray(value) ? value : wrongType(member);
}

export function groupNameOf(input: Input): string {
  const name = textOf(input, "logGroupName") ?? violates("logGroupName", "Member must not be null");
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name))
    violates("logGroupName", "1 to 512 characters of a-z, A-Z, 0-9, '_', '-', '/', '.', '#'");
  if (name.startsWith("aws/")) invalid("Log groups starting with aws/ are reserved");
  return name;
}

export function streamNameOf(input: Input): string {
  return checkedStreamName(
    textOf(input, "logStreamName") ?? violates("logStreamName", "Member must not be null"),
  );
}

export function checkedStreamName(name: string): string {
  if (!/^[^:*]{1,512}$/s.test(name)) violates("logStreamName", "1 to 512 characters without ':' and '*'");
  return name;
}

/** The retention in days. */
export function retentionOf(input: Input): number {
  const days = integerOf(input, "retentionInDays") ?? violates("retentionInDays", "Member must not be null");
  return RETENTION_DAYS.includes(days)
    ? days
    : violates("retentionInDays", `one of ${RETENTION_DAYS.join(", ")}`);
}

/** How many things a page may have. */
export function limitOf(input: Input, most = PAGE_MAX): number {
  const limit = integerOf(input, "limit") ?? most;
  return limit >= 1 && limit <= most ? limit : violates("limit", `between 1 and ${most}`);
}

/** The members `startTime` and `endTime`, as far as they are there. */
export function timesOf(input: Input): { startTime: number | undefined; endTime: number | undefined } {
  const startTime = integerOf(input, "startTime");
  const endTime = integerOf(input, "endTime");
  for (const time of [startTime, endTime]) if (time !== undefined && time < 0) violates("time", "at least 0");
  if (startTime !== undefined && endTime !== undefined && startTime > endTime)
    invalid("startTime must not be after endTime");
  return { startTime, endTime };
}

/** The events of PutLogEvents, after every rule that makes the whole operation fail. */
export function batchOf(input: Input): readonly InputEvent[] {
  const members = listOf(input, "logEvents") ?? violates("logEvents", "Member must not be null");
  if (members.length < 1 || members.length > EVENTS_MAX)
    violates("logEvents", `Member must have length between 1 and ${EVENTS_MAX}`);
  const events = members.map(eventOf);
  const sizes = events.map(({ message }) => Buffer.byteLength(message) + BYTES_PER_EVENT);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const bytes = sizes.reduce((a, b) => a + b, 0);
  if (largest > EVENT_BYTES_MAX)
    invalid(`Log event too large: ${largest} bytes exceeds limit of ${EVENT_BYTES_MAX}`);
  if (bytes > BATCH_BYTES_MAX)
    invalid(`Upload too large: ${bytes} bytes exceeds limit of ${BATCH_BYTES_MAX}`);
  if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0)))
    invalid("Log events in a single PutLogEvents request must be in chronological order.");
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > DAY_MS)
    invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  return events;
}

function eventOf(member: unknown, index: number): InputEvent {
  const place = `logEvents.${index + 1}.member`;
  if (typeof member !== "object" || member === null) return wrongType(place);
  const message =
    textOf(member as Input, "message") ?? violates(`${place}.message`, "Member must not be null");
  const timestamp =
    integerOf(member as Input, "timestamp") ?? violates(`${place}.timestamp`, "Member must not be null");
  if (message === "") violates(`${place}.message`, "Member must have length greater than or equal to 1");
  if (timestamp < 0) violates(`${place}.timestamp`, "Member must be greater than or equal to 0");
  return { message, timestamp };
}

/** Which events are rejected one by one while the others are taken; undefined if none is. */
export function rejectedOf(
  events: readonly InputEvent[],
  nowMs: number,
  retentionDays: number | undefined,
): RejectedEvents | undefined {
  const before = (timeMs: number) => events.filter(({ timestamp }) => timestamp < timeMs).length;
  const tooOld = before(nowMs - PAST_MS_MAX);
  const expired = retentionDays === undefined ? 0 : before(nowMs - retentionDays * DAY_MS);
  const tooNew = before(nowMs + FUTURE_MS_MAX + 1);
  const rejected: RejectedEvents = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    ...(tooNew < events.length && { tooNewLogEventStartIndex: tooNew }),
  };
  return Object.keys(rejected).length > 0 ? rejected : undefined;
}
