/**
 * Which events the service takes, by their age and size: known before they are sent where there is no doubt, else
 * from its answer. Pure.
 *
 * The limits are those of PutLogEvents. It drops what it does not take and stores the rest, so whoever does not look
 * loses lines in silence.
 */
import type { RejectedLogEventsInfo } from "@aws-sdk/client-cloudwatch-logs";
import type { DocumentError, Verdict } from "../sink.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const OLD_MS_MAX = 14 * DAY_MS;
const AHEAD_MS_MAX = 120 * MINUTE_MS;

/**
 * What we know of the service's time may be so old. Between a limit and this margin the service decides.
 */
const MARGIN_MS = 10 * MINUTE_MS;

/** Of one event with its overhead: the limit of a whole request, in which it must fit. */
const EVENT_BYTES_MAX = 1_048_576;

const TOO_OLD = refused(
  "log_event_too_old",
  "the time of this line is more than 14 days back: CloudWatch Logs takes none so old, any other sink does",
);
const TOO_NEW = refused(
  "log_event_too_new",
  "the time of this line is more than 2 hours ahead: CloudWatch Logs takes none, check the clocks and replay it later",
);
const EXPIRED = refused(
  "log_event_expired",
  "the time of this line is before the retention of the log group: raise retention_days, or use another sink",
);
const TOO_LARGE = refused(
  "log_event_too_large",
  "CloudWatch Logs takes no event above 1 MiB: use another sink for this line",
);

export interface Event {
  readonly timestampMs: number;
  /** As the service counts it. */
  readonly bytes: number;
}

/**
 * The verdict on an event that the service is sure to refuse; undefined if it may take it.
 *
 * @param nowMs the service's time; undefined if it is not known: then it decides on the age itself
 * @param retentionMs how long the log group keeps events; undefined if that is not known
 */
export function refusalBefore(
  { timestampMs, bytes }: Event,
  nowMs: number | undefined,
  retentionMs: number | undefined,
): Verdict | undefined {
  if (bytes > EVENT_BYTES_MAX) return TOO_LARGE;
  if (nowMs === undefined) return undefined;
  const ageMs = nowMs - timestampMs;
  if (ageMs > OLD_MS_MAX + MARGIN_MS) return TOO_OLD;
  if (retentionMs !== undefined && ageMs > retentionMs + MARGIN_MS) return EXPIRED;
  if (-ageMs > AHEAD_MS_MAX + MARGIN_MS) return TOO_NEW;
  return undefined;
}

/** The verdict on event `index` of a request that was answered with this; undefined if it was stored. */
export function refusalAfter(
  index: number,
  rejected: RejectedLogEventsInfo | undefined,
): Verdict | undefined {
  const { tooOldLogEventEndIndex, expiredLogEventEndIndex, tooNewLogEventStartIndex } = rejected ?? {};
  // Ends are exclusive: the index of the first event that is not rejected.
  if (tooOldLogEventEndIndex !== undefined && index < tooOldLogEventEndIndex) return TOO_OLD;
  if (expiredLogEventEndIndex !== undefined && index < expiredLogEventEndIndex) return EXPIRED;
  if (tooNewLogEventStartIndex !== undefined && index >= tooNewLogEventStartIndex) return TOO_NEW;
  return undefined;
}

function refused(type: string, reason: string): Verdict {
  const error: DocumentError = { type, reason, isDocumentFault: true };
  return { verdict: "refused", error };
}
