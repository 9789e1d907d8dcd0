/**
 * Goal: what passes by itself is tried again, what needs a person says what to do, and a line is only blamed alone.
 * Method: failures by name.
 */
import { describe, expect, it } from "vitest";
import {
  isAboutCredentials,
  isDenied,
  reportOn,
  reportOnPut,
} from "../../../../src/sinks/cloudwatch/report.ts";
import { failure } from "./service-logs.ts";

describe("a failure", () => {
  it.each([
    ["ThrottlingException", 400, "throttled"],
    ["LimitExceededException", 400, "throttled"],
    ["ServiceUnavailableException", 503, "http_503"],
    ["OperationAbortedException", 400, "http_400"],
    ["SomethingNewException", 400, "http_400"],
    ["unreadable", 502, "unreadable"],
    ["network", undefined, "network"],
    ["timeout", undefined, "timeout"],
  ])("%s (%s) passes: %s", (name, status, reason) => {
    const report = reportOn(failure(name, { status }));
    expect(report).toEqual({ outcome: "unavailable", reason, message: `it answered ${name}` });
  });

  it.each([
    ["AccessDeniedException", "IAM policy"],
    ["UnrecognizedClientException", "AWS_ACCESS_KEY_ID"],
    ["InvalidSignatureException", "time of this machine"],
    ["ExpiredTokenException", "renew"],
    ["ResourceNotFoundException", "create: true"],
    ["OptInRequired", "enable the region"],
    ["credentials", "a role of this machine"],
    ["unknown_host", "check region"],
  ])("%s blocks, and the message says: %s", (name, remedy) => {
    expect(reportOn(failure(name))).toMatchObject({
      outcome: "blocked",
      reason: name,
      message: expect.stringContaining(remedy),
    });
  });

  it.each(["configuration", "tls"])("%s blocks with its own words", (name) => {
    expect(reportOn(failure(name))).toEqual({
      outcome: "blocked",
      reason: name,
      message: `it answered ${name}`,
    });
  });

  it("passes when the service says so", () => {
    expect(reportOn(failure("ThrottlingException", { retryAfterMs: 3000 }))).toMatchObject({
      retryAfterMs: 3000,
    });
  });

  it("is told apart by what would help", () => {
    expect(isAboutCredentials(failure("ExpiredTokenException"))).toBe(true);
    expect(isAboutCredentials(failure("AccessDeniedException"))).toBe(false);
    expect(isDenied(failure("AccessDeniedException"))).toBe(true);
    expect(isDenied(failure("ThrottlingException"))).toBe(false);
  });
});

describe("a PutLogEvents that fails", () => {
  const one = { eventCount: 1, canBeMade: true };

  it("as malformed blames an event only if it was alone", () => {
    const malformed = failure("InvalidParameterException", { status: 400 });
    expect(reportOnPut(malformed, one)).toMatchObject({
      outcome: "refused",
      error: { isDocumentFault: true },
    });
    expect(reportOnPut(malformed, { ...one, eventCount: 2 })).toMatchObject({
      outcome: "refused",
      error: { isDocumentFault: false },
    });
  });

  it("for want of a stream comes again only if that will be made", () => {
    const missing = failure("ResourceNotFoundException", { status: 400 });
    expect(reportOnPut(missing, one)).toMatchObject({ outcome: "unavailable", reason: "no_stream" });
    expect(reportOnPut(missing, { ...one, canBeMade: false })).toMatchObject({ outcome: "blocked" });
  });

  it("as too large is divided", () => {
    expect(reportOnPut(failure("unreadable", { status: 413 }), one)).toMatchObject({ outcome: "too_large" });
  });

  it("for another reason is reported like any other", () => {
    expect(reportOnPut(failure("timeout"), one)).toEqual(reportOn(failure("timeout")));
  });
});
