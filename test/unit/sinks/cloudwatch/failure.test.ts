/**
 * Goal: a failure has the name of its cause, says whether the request may have been carried out, and quotes nothing.
 * Method: errors as the SDK makes them.
 */
import { describe, expect, it } from "vitest";
import { failureOf } from "../../../../src/sinks/cloudwatch/failure.ts";
import { ConfigurationFault } from "../../../../src/sinks/http/tls.ts";

const PLACE = "CloudWatch Logs";

function exception(name: string, status: number, message = "words of the service"): Error {
  return Object.assign(new Error(message), {
    name,
    $fault: "client",
    $metadata: { httpStatusCode: status },
  });
}

const systemError = (code: string) => Object.assign(new Error(code), { code, hostname: "logs.nowhere" });

describe("an exception of the service", () => {
  it.each([
    ["ThrottlingException", 400, false],
    ["ServiceUnavailableException", 500, true],
    ["InternalFailure", 503, true],
  ])("%s (%d) may be done: %s", (name, status, mayBeDone) => {
    const failure = failureOf(exception(name, status), PLACE, undefined);
    expect(failure).toMatchObject({ ok: false, name, status, mayBeDone });
    expect(failure.message).toBe(`CloudWatch Logs answered ${name}`);
  });

  it("is shown with its text where that says what is missing", () => {
    const text = "User: arn:aws:iam::1:user/a is not authorized to perform: logs:PutLogEvents";
    expect(failureOf(exception("AccessDeniedException", 400, text), PLACE, undefined).message).toContain(
      text,
    );
  });

  it("is shown without the values that its text quotes", () => {
    const text =
      "1 validation error detected: Value '[{message={\"query\":\"it's secret\"}}]' at 'logEvents' failed";
    const { message } = failureOf(exception("InvalidParameterException", 400, text), PLACE, undefined);
    expect(message).toContain("1 validation error detected: Value … failed");
    expect(message).not.toContain("secret");
  });

  it("is shown without its text where that holds a token", () => {
    const text = "The Canonical String should have been 'x-amz-security-token:TOKEN'";
    const { message } = failureOf(exception("InvalidSignatureException", 400, text), PLACE, undefined);
    expect(message).not.toContain("TOKEN");
  });
});

describe("an answer that is none of the service", () => {
  it.each([
    [200, true],
    [404, false],
    [502, true],
  ])("with status %d may be done: %s", (status, mayBeDone) => {
    const error = Object.assign(new SyntaxError("<html>"), { $metadata: { httpStatusCode: status } });
    expect(failureOf(error, PLACE, undefined)).toMatchObject({ name: "unreadable", status, mayBeDone });
  });

  it("has no name that anybody made up", () => {
    expect(failureOf(exception("a\nb", 400), PLACE, undefined).name).toBe("unreadable");
    expect(failureOf(exception("Unknown", 413), PLACE, undefined)).toMatchObject({
      name: "unreadable",
      status: 413,
    });
  });
});

describe("without an answer", () => {
  it.each([
    ["timeout", systemError("x"), "timeout", true],
    ["aborted", systemError("x"), "aborted", true],
    [undefined, systemError("ECONNRESET"), "network", true],
    [undefined, systemError("ECONNREFUSED"), "network", false],
    [undefined, systemError("EAI_AGAIN"), "network", false],
    [undefined, systemError("ENOTFOUND"), "unknown_host", false],
    [undefined, systemError("DEPTH_ZERO_SELF_SIGNED_CERT"), "tls", false],
    [undefined, new ConfigurationFault("no file"), "configuration", false],
    [undefined, new Error("Region is missing"), "configuration", false],
    [undefined, Object.assign(new Error("x"), { name: "CredentialsProviderError" }), "credentials", false],
  ] as const)("ended by us: %s, with %s, it is %s and may be done: %s", (aborted, error, name, mayBeDone) => {
    expect(failureOf(error, PLACE, aborted)).toMatchObject({ ok: false, name, status: undefined, mayBeDone });
  });

  it("the message names the host that does not exist", () => {
    expect(failureOf(systemError("ENOTFOUND"), PLACE, undefined).message).toContain("logs.nowhere");
  });
});
