/**
 * Goal: a request without an answer is told in words that say what to do, the same for each service.
 * Method: errors as the SDK and Node make them.
 */
import { expect, test } from "vitest";
import { ownFailure, statusOf } from "../../../../src/sinks/aws/failure.ts";
import { ConfigurationFault } from "../../../../src/sinks/http/tls.ts";

function named(name: string, message = "secret details"): Error {
  return Object.assign(new Error(message), { name });
}

test.each([
  ["CredentialsProviderError", named("CredentialsProviderError"), "credentials", "no AWS credentials"],
  ["a missing region", new Error("Region is missing"), "configuration", "set region, AWS_REGION"],
  ["a file of tls", new ConfigurationFault("tls.ca_file is no certificate"), "configuration", "tls.ca_file"],
  [
    "no such host",
    Object.assign(new Error(), { code: "ENOTFOUND", hostname: "x.test" }),
    "unknown_host",
    "x.test",
  ],
  [
    "nobody listens",
    Object.assign(new Error(), { code: "ECONNREFUSED" }),
    "network",
    "nothing listens there",
  ],
])("%s", (_, error, name, words) => {
  const failure = ownFailure(error, "S3", undefined);
  expect(failure.name).toBe(name);
  expect(failure.message).toContain(words);
  expect(failure.message).not.toContain("secret");
});

test("what we ended ourselves is no fault of the other side", () => {
  expect(ownFailure(named("CredentialsProviderError"), "S3", "timeout").name).toBe("timeout");
  expect(ownFailure(named("AbortError"), "S3", "aborted").name).toBe("aborted");
});

test("the status is that of the answer, if there was one", () => {
  expect(statusOf(Object.assign(new Error(), { $metadata: { httpStatusCode: 503 } }))).toBe(503);
  expect(statusOf(new Error())).toBeUndefined();
});
