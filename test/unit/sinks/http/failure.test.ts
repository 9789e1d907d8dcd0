/**
 * Goal: a failed exchange is told in words that say what to do.
 * Method: errors as Node and the client make them.
 */
import { expect, it } from "vitest";
import { AnswerTooLarge, explainFailure } from "../../../../src/sinks/http/failure.ts";

function errorWith(code: string): Error {
  return new Error("from the client", { cause: Object.assign(new Error("from the socket"), { code }) });
}

it.each([
  ["ECONNREFUSED", "network", /^http:\/\/a:1 cannot be reached: ECONNREFUSED; .*host and port/],
  ["ENOTFOUND", "network", /ENOTFOUND; check the host name/],
  ["ETIMEDOUT", "network", /ETIMEDOUT; .*firewalls/],
  ["ECONNRESET", "network", /ECONNRESET; .*https:\/\//],
  ["EPIPE", "network", /cannot be reached: EPIPE$/],
  ["SELF_SIGNED_CERT_IN_CHAIN", "tls", /tls.ca_file/],
  ["CERT_HAS_EXPIRED", "tls", /expired/],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", /another host name/],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tls", /tls.cert_file/],
  ["EPROTO", "tls", /http:\/\/ and https:\/\//],
  ["HPE_INVALID_CONSTANT", "unreadable", /did not answer in HTTP/],
])("%s is a failure of kind %s", (code, failure, message) => {
  expect(explainFailure(errorWith(code), "http://a:1", undefined)).toEqual({
    status: undefined,
    failure,
    message: expect.stringMatching(message),
  });
});

it("does not advise TLS where it is in use", () => {
  const { message } = explainFailure(errorWith("ECONNRESET"), "https://a:1", undefined);
  expect(message).toBe("https://a:1 cannot be reached: ECONNRESET");
});

it("tells a time-out and a request that was given up from a failure", () => {
  const error = errorWith("ECONNRESET");
  expect(explainFailure(error, "http://a:1", "timeout")).toMatchObject({ failure: "timeout" });
  expect(explainFailure(error, "http://a:1", "aborted")).toMatchObject({ failure: "aborted" });
});

it("does without a code and without a node", () => {
  const failure = explainFailure(new Error("no living connections"), undefined, undefined);
  expect(failure).toMatchObject({
    failure: "network",
    message: "the server cannot be reached: no living connections",
  });
  expect(explainFailure("odd", undefined, undefined)).toMatchObject({ failure: "network" });
});

it("does not take an endless answer for one", () => {
  expect(explainFailure(new AnswerTooLarge("more than 5 bytes"), "http://a:1", undefined)).toMatchObject({
    failure: "unreadable",
    message: "http://a:1 sent an answer of more than 5 bytes",
  });
});
