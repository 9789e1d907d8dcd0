/** Answers that judge a request as a whole, or that did not come at all → reports. Pure. */
import type { Blocked, DeliveryReport, Unavailable } from "../sink.ts";
import { type Answer, type NoAnswer, serverError } from "./answer.ts";
import { documentError } from "./document-error.ts";
import { remedyFor } from "./remedy.ts";
import { scrubReason, scrubType } from "./scrub.ts";

/** Statuses below 500 that pass by themselves: time-out, too early, too many requests. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** The report on a bulk request that was answered by another status than 200. */
export function reportOnRefusal(answer: Answer, nowMs: number): DeliveryReport {
  if (answer.status === 413) {
    const message =
      "the server takes no request of this size (413): lower batch.max_bytes, or raise its limit";
    return { outcome: "too_large", message };
  }
  if (answer.status === 400) {
    const error = serverError(answer);
    return {
      outcome: "refused",
      error: documentError(400, scrubType(error?.type), error?.reason ?? ""),
      message: describeAnswer(answer),
    };
  }
  return obstacle(answer, nowMs);
}

/** What keeps requests from being served, whatever was asked: for statuses of failure only. */
export function obstacle(answer: Answer, nowMs: number): Unavailable | Blocked {
  const { status } = answer;
  const error = serverError(answer);
  const type = scrubType(error?.type);
  // A full disk answers with 429 too, but passes only when a person has made room.
  const isFullDisk = status === 429 && type === "cluster_block_exception";
  if ((PASSING_STATUSES.has(status) && !isFullDisk) || status >= 500 || status < 300) {
    const retryAfterMs = parseRetryAfterMs(answer.headers["retry-after"], nowMs);
    return {
      outcome: "unavailable",
      reason: status === 429 ? "throttled" : status < 300 ? "unreadable" : `http_${status}`,
      message: describeAnswer(answer),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
  return {
    outcome: "blocked",
    reason: `http_${status}`,
    message: `${describeAnswer(answer)}: ${status < 400 ? redirection(answer) : remedyFor(type, status, error?.reason)}`,
  };
}

/** The report on a request that was not answered. */
export function reportOnNoAnswer(noAnswer: NoAnswer): Unavailable | Blocked {
  const { failure, message } = noAnswer;
  const outcome = failure === "tls" || failure === "configuration" ? "blocked" : "unavailable";
  return { outcome, reason: failure, message };
}

/** Status, type and what may be shown of the reason: `the server answered 404 (index_not_found_exception: no such index [a])`. */
export function describeAnswer(answer: Answer): string {
  const error = serverError(answer);
  // OpenSearch itself refuses credentials by a bare text.
  if (error === undefined && answer.status === 401) return "the server answered 401";
  if (error === undefined) return `the server answered ${answer.status}, not in its own format`;
  const type = scrubType(error.type);
  return `the server answered ${answer.status} (${type}: ${scrubReason(type, error.reason)})`;
}

function redirection(answer: Answer): string {
  const target = answer.headers["location"];
  const host = target !== undefined && URL.canParse(target) ? ` at ${new URL(target).origin}` : "";
  return `redirections are not followed, set endpoints to the search server itself${host}`;
}

/** A longer wish is a mistake, or a clock that goes wrong: the largest `retry.max`. */
const RETRY_AFTER_MS_MAX = 3_600_000;

/** RFC 9110, 10.2.3: seconds, or the date of the end; at most an hour. Undefined if there is neither. */
export function parseRetryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const waitMs = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), RETRY_AFTER_MS_MAX);
}
