/**
 * Goal: every failure of S3 says what happened and, where a person must help, what to do; never what was sent.
 * Method: errors as the SDK throws them.
 */
import { expect, test } from "vitest";
import { failureOf, isAboutCredentials, obstacleOf } from "../../../../../src/sinks/bodies/s3/failure.ts";
import { ConfigurationFault } from "../../../../../src/sinks/http/tls.ts";

/** An exception of the service, whose text quotes what was sent. */
function exception(name: string, status: number): Error {
  const error = new Error("we got: secret text");
  return Object.assign(error, { name, $fault: "client", $metadata: { httpStatusCode: status } });
}

function obstacle(error: unknown, aborted?: "aborted" | "timeout") {
  return obstacleOf(failureOf(error, "S3", aborted));
}

test.each([
  ["AccessDenied", 403, /allow this action on the prefix/],
  ["InvalidAccessKeyId", 403, /AWS_ACCESS_KEY_ID/],
  ["SignatureDoesNotMatch", 403, /secret key/],
  ["RequestTimeTooSkewed", 403, /NTP/],
  ["ExpiredToken", 400, /renew/],
  ["NoSuchBucket", 404, /make the bucket/],
  ["PermanentRedirect", 301, /bodies\.region/],
  ["AuthorizationHeaderMalformed", 400, /bodies\.region/],
  ["KMS.DisabledException", 400, /key_id/],
  ["InvalidRequest", 400, /bodies\.sse/],
  ["MethodNotAllowed", 405, /bodies\.endpoint/],
])("%s blocks the lane until somebody helps", (name, status, remedy) => {
  const found = obstacle(exception(name, status));
  expect(found).toMatchObject({ outcome: "blocked", reason: name, message: expect.stringMatching(remedy) });
  expect(found.message).toContain(`S3 answered ${name} (${status})`);
  expect(found.message).not.toContain("secret text");
});

test.each([
  ["SlowDown", 503, "throttled"],
  ["TooManyRequests", 429, "throttled"],
  ["InternalError", 500, "http_500"],
  ["ServiceUnavailable", 503, "http_503"],
  ["ConditionalRequestConflict", 409, "http_409"],
  ["RequestTimeout", 400, "http_400"],
  ["BadDigest", 400, "http_400"],
])("%s passes by itself", (name, status, reason) => {
  expect(obstacle(exception(name, status))).toMatchObject({ outcome: "unavailable", reason });
});

test.each([
  [502, "unavailable"],
  [200, "unavailable"],
  [404, "blocked"],
  [405, "blocked"],
])("an answer %i that is not in the format of S3 is told apart: %s", (status, outcome) => {
  for (const name of ["UnknownError", "NotFound", "Unknown"]) {
    const found = obstacle(exception(name, status));
    expect(found).toMatchObject({ outcome, reason: "unreadable" });
    expect(found.message).toContain(`S3 answered ${status}, not in the format of S3`);
  }
});

test.each([
  [Object.assign(new Error("x"), { name: "CredentialsProviderError" }), "blocked", /no AWS credentials/],
  [new Error("Region is missing"), "blocked", /no AWS region/],
  [new ConfigurationFault("tls.ca_file: there is no file a"), "blocked", /tls\.ca_file/],
  [
    Object.assign(new Error("x"), { code: "ENOTFOUND", hostname: "h" }),
    "blocked",
    /no host h.*force_path_style/,
  ],
  [Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "unavailable", /cannot be reached/],
])("without an answer: %s", (error, outcome, message) => {
  expect(obstacle(error)).toMatchObject({ outcome, message: expect.stringMatching(message) });
});

test("what we ended ourselves is nobody's fault", () => {
  expect(obstacle(new Error("aborted"), "aborted")).toMatchObject({
    outcome: "unavailable",
    reason: "aborted",
  });
  expect(obstacle(new Error("aborted"), "timeout")).toMatchObject({
    outcome: "unavailable",
    reason: "timeout",
  });
});

test("the service's own wish is kept", () => {
  const failure = { ...failureOf(exception("SlowDown", 503), "S3", undefined), retryAfterMs: 5000 };
  expect(obstacleOf(failure)).toMatchObject({ retryAfterMs: 5000 });
});

test("other credentials help against these alone", () => {
  const isAbout = (name: string) => isAboutCredentials(failureOf(exception(name, 403), "S3", undefined));
  expect(["ExpiredToken", "InvalidAccessKeyId", "SignatureDoesNotMatch"].map(isAbout)).toEqual([
    true,
    true,
    true,
  ]);
  expect(["AccessDenied", "SlowDown"].map(isAbout)).toEqual([false, false]);
});
