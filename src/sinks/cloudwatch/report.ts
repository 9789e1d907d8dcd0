/** A failed request → what the lane is told: to try again, or that somebody must help. Goes by the exception's name. Pure. */
import type { Blocked, DeliveryReport, Unavailable } from "../sink.ts";
import type { LogsFailure } from "./logs.ts";

/** Names under which AWS throttles (THROTTLING_ERROR_CODES of the SDK's package @smithy/core). */
const THROTTLING: ReadonlySet<string> = new Set([
  ...["BandwidthLimitExceeded", "LimitExceededException", "PriorRequestNotComplete"],
  ...["RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown"],
  ...["ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException"],
]);

const CLOCK = "set the time of this machine by NTP";
const CREDENTIALS =
  "give this process what AWS's own tools use (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role of this machine or container), for an account in which the region is enabled";
const EXPIRED = "renew the temporary credentials of this process";
const SIGNATURE = `check region and secret key, and ${CLOCK}`;
const PERMISSION = "allow this action in the IAM policy of the user or role (docs/cloudwatch.md)";
const PLACE = "check log_group and log_stream";

/** What a person can do, by the name of the failure (common errors of AWS, and our own); all others pass by themselves. */
const REMEDIES: Readonly<Record<string, string>> = {
  AccessDenied: PERMISSION,
  AccessDeniedException: PERMISSION,
  AuthFailure: CREDENTIALS,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  IncompleteSignature: SIGNATURE,
  IncompleteSignatureException: SIGNATURE,
  InvalidClientTokenId: CREDENTIALS,
  InvalidOperationException: "check the class and the settings of the log group",
  InvalidParameterException: PLACE,
  InvalidSignatureException: SIGNATURE,
  MissingAuthenticationToken: CREDENTIALS,
  MissingAuthenticationTokenException: CREDENTIALS,
  OptInRequired: "enable the region for this account, or set another region",
  RequestExpired: CLOCK,
  RequestInTheFuture: CLOCK,
  RequestTimeTooSkewed: CLOCK,
  ResourceNotFoundException:
    "make the log group and the log stream, or say create: true and allow logs:CreateLogGroup and logs:CreateLogStream",
  SignatureDoesNotMatch: SIGNATURE,
  UnauthorizedOperation: PERMISSION,
  UnknownOperationException: "check endpoint, this is not CloudWatch Logs",
  UnrecognizedClientException: CREDENTIALS,
  ValidationException: PLACE,
  credentials: CREDENTIALS,
  unknown_host: "check region and endpoint, and the name service of this machine",
};

/** Failures of our own whose message says what to do. */
const EXPLAINED: ReadonlySet<string> = new Set(["configuration", "tls"]);

/** True if other credentials would help. */
export function isAboutCredentials({ name }: LogsFailure): boolean {
  return [CREDENTIALS, EXPIRED, SIGNATURE].includes(REMEDIES[name] ?? "");
}

/** True if the account lacks a permission. */
export function isDenied({ name }: LogsFailure): boolean {
  return REMEDIES[name] === PERMISSION;
}

/** The report on a request that failed, whatever was asked. */
export function reportOn(failure: LogsFailure): Unavailable | Blocked {
  const { name, status, message, retryAfterMs } = failure;
  if (EXPLAINED.has(name)) return { outcome: "blocked", reason: name, message };
  const remedy = REMEDIES[name];
  if (remedy !== undefined) return { outcome: "blocked", reason: name, message: `${message}: ${remedy}` };
  const isOwn = status === undefined || name === "unreadable";
  const reason = THROTTLING.has(name) ? "throttled" : isOwn ? name : `http_${status}`;
  return { outcome: "unavailable", reason, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Names for a request that is not right in itself: one of its events may be the cause. */
const MALFORMED: ReadonlySet<string> = new Set([
  ...["InvalidParameterException", "SerializationException", "ValidationException"],
]);

/**
 * The report on a PutLogEvents that failed.
 *
 * @param canBeMade whether a stream that does not exist will be made
 */
export function reportOnPut(
  failure: LogsFailure,
  { eventCount, canBeMade }: { readonly eventCount: number; readonly canBeMade: boolean },
): DeliveryReport {
  const { name, status, message } = failure;
  if (MALFORMED.has(name)) {
    // One among others may be at fault; one alone is, if others pass.
    const error = { type: name, reason: message, isDocumentFault: eventCount === 1 };
    return { outcome: "refused", error, message };
  }
  if (name === "ResourceNotFoundException" && canBeMade) {
    return { outcome: "unavailable", reason: "no_stream", message: `${message}: it is made anew` };
  }
  if (status === 413) return { outcome: "too_large", message: `${message}: lower batch.max_bytes` };
  return reportOn(failure);
}
