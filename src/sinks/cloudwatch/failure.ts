/** An error of the AWS SDK → what went wrong, and whether the request may have been carried out. Pure. */
import { errorCode } from "../../system/files.ts";
import { type OwnFailure, ownFailure, statusOf } from "../aws/failure.ts";
import { member } from "../bulk/answer.ts";
import type { LogsFailure } from "./logs.ts";

/** Codes of connections that never came about, so that nothing was sent. */
const NEVER_CONNECTED: ReadonlySet<string | undefined> = new Set([
  ...["EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"],
]);

/** Failures before anything was sent. */
const NOTHING_SENT: ReadonlySet<OwnFailure> = new Set([
  ...(["configuration", "credentials", "tls", "unknown_host"] as const),
]);

/**
 * Exceptions whose text is shown. That of others may hold a session token (the canonical request of
 * InvalidSignatureException) or says nothing.
 */
const SHOWN: ReadonlySet<string> = new Set([
  ...["AccessDenied", "AccessDeniedException", "InvalidOperationException", "InvalidParameterException"],
  ...["LimitExceededException", "ResourceNotFoundException", "ValidationException"],
]);

const TEXT_LENGTH_MAX = 300;

/**
 * @param place what was asked, for the message: `https://logs.example` or `CloudWatch Logs`
 * @param aborted why we ended the request ourselves; undefined if we did not
 */
export function failureOf(
  error: unknown,
  place: string,
  aborted: "aborted" | "timeout" | undefined,
): LogsFailure {
  const status = statusOf(error);
  if (aborted === undefined && status !== undefined) return answered(error, status, place);
  const failure = ownFailure(error, place, aborted);
  const mayBeDone = !NOTHING_SENT.has(failure.name) && !NEVER_CONNECTED.has(errorCode(error));
  return { ok: false, status: undefined, ...failure, mayBeDone };
}

/** There was an answer: an exception of the service, or something that is none. */
function answered(error: unknown, status: number, place: string): LogsFailure {
  const mayBeDone = status >= 500 || status < 300;
  const isException = member(error, "$fault") !== undefined;
  const name = isException && error instanceof Error ? error.name : "";
  if (!/^[A-Z][A-Za-z0-9]{0,99}$/.test(name) || name === "Unknown") {
    const message = `${place} answered ${status}, not in the format of CloudWatch Logs`;
    return { ok: false, name: "unreadable" satisfies OwnFailure, status, message, mayBeDone };
  }
  const text = SHOWN.has(name) && error instanceof Error ? ` (${withoutValues(error.message)})` : "";
  return { ok: false, name, status, message: `CloudWatch Logs answered ${name}${text}`, mayBeDone };
}

/** The service quotes what it was sent: "Value '[…]' at 'logEvents' failed to satisfy constraint: …". */
function withoutValues(text: string): string {
  return text.replace(/['"[{][\s\S]*['"\]}]/, "…").slice(0, TEXT_LENGTH_MAX);
}
