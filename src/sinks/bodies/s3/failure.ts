/** An error of the AWS SDK → what went wrong, and what the lane is told of it. Goes by the code of S3. Pure. */
import { type OwnFailure, ownFailure, statusOf } from "../../aws/failure.ts";
import { member } from "../../bulk/answer.ts";
import type { Obstacle } from "../body-store.ts";
import type { S3Failure } from "./s3.ts";

/** What the SDK calls an answer in which it finds no code. */
const NAMELESS: ReadonlySet<string> = new Set(["NotFound", "Unknown", "UnknownError"]);

/**
 * @param place what was asked, for the message: `https://minio.example` or `S3`
 * @param aborted why we ended the request ourselves; undefined if we did not
 */
export function failureOf(
  error: unknown,
  place: string,
  aborted: "aborted" | "timeout" | undefined,
): S3Failure {
  const status = statusOf(error);
  if (aborted === undefined && status !== undefined) return answered(error, status, place);
  return { ok: false, status: undefined, ...ownFailure(error, place, aborted) };
}

/** There was an answer: an error of the service, or something that is none. Its text is not shown: it quotes requests. */
function answered(error: unknown, status: number, place: string): S3Failure {
  const isException = member(error, "$fault") !== undefined;
  const name = isException && error instanceof Error ? error.name : "";
  if (!/^[A-Z][A-Za-z0-9.]{0,99}$/.test(name) || NAMELESS.has(name))
    return unreadable(status, `${place} answered ${status}, not in the format of S3`);
  return { ok: false, name, status, message: `S3 answered ${name} (${status})` };
}

/** An answer that S3 did not give. */
export function unreadable(status: number, message: string): S3Failure {
  return { ok: false, name: "unreadable" satisfies OwnFailure, status, message };
}

const CLOCK = "set the time of this machine by NTP";
const CREDENTIALS =
  "give this process what AWS's own tools use (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role of this machine or container)";
const EXPIRED = "renew the temporary credentials of this process";
const SIGNATURE = `check region and secret key, and ${CLOCK}`;
const PERMISSION =
  "allow this action on the prefix in the IAM policy of the user or role, and the use of the key if the bucket has one of KMS (docs/bodies.md)";
const REGION = "set bodies.region to that of the bucket";
const KEY = "check bodies.sse.key_id and the policy of the key";

/** What a person can do, by the code of S3 (list of error responses of its API reference) and our own names. */
const REMEDIES: Readonly<Record<string, string>> = {
  AccessDenied: PERMISSION,
  AllAccessDisabled: PERMISSION,
  AuthorizationHeaderMalformed: REGION,
  ExpiredToken: EXPIRED,
  IllegalLocationConstraintException: REGION,
  InvalidAccessKeyId: CREDENTIALS,
  InvalidBucketName: "check bodies.bucket",
  InvalidToken: EXPIRED,
  MethodNotAllowed: "check bodies.endpoint and bodies.force_path_style",
  NoSuchBucket: "make the bucket, or check bodies.bucket",
  PermanentRedirect: REGION,
  RequestTimeTooSkewed: CLOCK,
  SignatureDoesNotMatch: SIGNATURE,
  TokenRefreshRequired: EXPIRED,
  credentials: CREDENTIALS,
  unknown_host: "check bodies.region, bodies.endpoint and bodies.force_path_style",
};

/** Errors of the status 400 that pass by themselves: what was sent did not arrive as it was. */
const PASSING: ReadonlySet<string> = new Set([
  ...["BadDigest", "IncompleteBody", "RequestTimeout", "XAmzContentSHA256Mismatch"],
]);

/** Statuses below 500 that pass by themselves. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** Failures of our own whose message says what to do. */
const EXPLAINED: ReadonlySet<string> = new Set(["configuration", "tls"]);

/** True if other credentials would help. */
export function isAboutCredentials({ name }: S3Failure): boolean {
  return [CREDENTIALS, EXPIRED, SIGNATURE].includes(REMEDIES[name] ?? "");
}

/** What a failed request tells about all others. */
export function obstacleOf(failure: S3Failure): Obstacle {
  const { name, status, message, retryAfterMs } = failure;
  if (EXPLAINED.has(name)) return { outcome: "blocked", reason: name, message };
  const remedy = REMEDIES[name] ?? (name.startsWith("KMS.") ? KEY : undefined);
  if (remedy !== undefined) return { outcome: "blocked", reason: name, message: `${message}: ${remedy}` };
  const passes =
    status === undefined ||
    status < 300 ||
    status >= 500 ||
    PASSING_STATUSES.has(status) ||
    PASSING.has(name);
  if (!passes) {
    const advice =
      "check bodies.endpoint, bodies.force_path_style, bodies.sse and the settings of the bucket";
    return { outcome: "blocked", reason: name, message: `${message}: ${advice}` };
  }
  const isThrottled = status === 429 || name === "SlowDown" || name === "RequestLimitExceeded";
  const isOwn = status === undefined || name === "unreadable";
  return {
    outcome: "unavailable",
    reason: isThrottled ? "throttled" : isOwn ? name : `http_${status}`,
    message,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
