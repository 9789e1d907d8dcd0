/**
 * Goal: a request that failed as a whole is retried, blocked, bisected or halved as the table of fates says.
 * Method: recorded and made-up answers.
 */
import { describe, expect, it } from "vitest";
import {
  obstacle,
  parseRetryAfterMs,
  reportOnNoAnswer,
  reportOnRefusal,
} from "../../../../src/sinks/bulk/refusal.ts";
import { answerOf, recordedAnswer } from "../../../support/recorded-answers.ts";

const NOW_MS = Date.parse("2026-04-03T00:00:00Z");
const HTML = "<html><body>nginx</body></html>";

describe("a request that was refused as a whole", () => {
  it.each([
    [408, "http_408"],
    [425, "http_425"],
    [429, "throttled"],
    [500, "http_500"],
    [502, "http_502"],
    [503, "http_503"],
    [504, "http_504"],
    [204, "unreadable"],
  ])("is sent again after a %s", (status, reason) => {
    expect(reportOnRefusal(answerOf(status, HTML), NOW_MS)).toMatchObject({ outcome: "unavailable", reason });
  });

  it.each([
    [401, /^the server answered 401: check auth in the configuration/],
    [403, /rights/],
    [404, /endpoints and index/],
    [405, /delivery goes on by itself/],
    [407, /proxy/],
  ])("is blocked by a %s, with what to do", (status, remedy) => {
    const report = reportOnRefusal(answerOf(status, HTML), NOW_MS);
    expect(report).toMatchObject({
      outcome: "blocked",
      reason: `http_${status}`,
      message: expect.stringMatching(remedy),
    });
  });

  it("does not repeat what a proxy quotes of the request", () => {
    const proxy = { message: 'refused by policy near: "a": "PRIVATE"' };
    const report = reportOnRefusal(answerOf(403, proxy), NOW_MS);
    expect(report).toMatchObject({ message: expect.stringMatching(/403 \(message: .* withheld.*\): give/) });
    expect(JSON.stringify(report)).not.toContain("PRIVATE");
    expect(reportOnRefusal(answerOf(403, { message: "Forbidden" }), NOW_MS)).toMatchObject({
      message: expect.stringContaining("(message: Forbidden)"),
    });
  });

  it("names what the server or a gateway says", () => {
    const security = {
      error: { type: "security_exception", reason: "no permissions for [indices:data/write/bulk]" },
      status: 403,
    };
    expect(reportOnRefusal(answerOf(403, security), NOW_MS)).toMatchObject({
      message: expect.stringContaining(
        "(security_exception: no permissions for [indices:data/write/bulk]): give this user",
      ),
    });
    const gateway = { Message: "User: anonymous is not authorized" };
    expect(reportOnRefusal(answerOf(403, gateway), NOW_MS)).toMatchObject({
      message: expect.stringContaining("User: anonymous is not authorized"),
    });
    expect(reportOnRefusal(recordedAnswer("rejected"), NOW_MS)).toMatchObject({
      outcome: "unavailable",
      reason: "throttled",
    });
  });

  it("is blocked by a full disk, though its status is 429", () => {
    const error = { type: "cluster_block_exception", reason: "disk usage exceeded flood-stage watermark" };
    expect(obstacle(answerOf(429, { error }), NOW_MS)).toMatchObject({ outcome: "blocked" });
    expect(obstacle(answerOf(503, { error }), NOW_MS)).toMatchObject({ outcome: "unavailable" });
  });

  it("does not follow a redirection, but says where it leads", () => {
    const headers = { location: "https://login.example/path?secret=1" };
    const report = reportOnRefusal(answerOf(302, "", headers), NOW_MS);
    expect(report).toMatchObject({
      outcome: "blocked",
      message: expect.stringContaining("https://login.example"),
    });
    expect(JSON.stringify(report)).not.toContain("secret");
  });

  it("is halved after a 413", () => {
    expect(reportOnRefusal(recordedAnswer("too-large"), NOW_MS)).toMatchObject({ outcome: "too_large" });
  });

  it.each([
    ["malformed", "illegal_argument_exception"],
    ["unknown-parameter", "illegal_argument_exception"],
    ["no-handler", "message"],
  ])("is refused by a 400: %s", (name, type) => {
    const report = reportOnRefusal(recordedAnswer(name), NOW_MS);
    expect(report).toMatchObject({ outcome: "refused", error: { type, isDocumentFault: false } });
  });

  it("is refused by a 400 that is no JSON, not by fault of a document", () => {
    expect(reportOnRefusal(answerOf(400, HTML), NOW_MS)).toMatchObject({
      outcome: "refused",
      error: { type: "unknown", isDocumentFault: false },
    });
  });

  it("is refused by a 400 about a document, as its own fault", () => {
    const error = {
      type: "mapper_parsing_exception",
      reason: "failed to parse field [a] of type [long] 'PRIVATE'",
    };
    const report = reportOnRefusal(answerOf(400, { error }), NOW_MS);
    expect(report).toMatchObject({ outcome: "refused", error: { isDocumentFault: true } });
    expect(JSON.stringify(report)).not.toContain("PRIVATE");
  });
});

describe("Retry-After", () => {
  it.each([
    ["3", 3000],
    [" 0 ", 0],
    ["Fri, 03 Apr 2026 00:01:00 GMT", 60_000],
    ["Fri, 03 Apr 2020 00:00:00 GMT", 0],
    ["3000000", 3_600_000],
    ["Fri, 31 Dec 2099 23:59:59 GMT", 3_600_000],
    ["soon", undefined],
    [undefined, undefined],
  ])("of %s is %s ms", (text, expected) => {
    expect(parseRetryAfterMs(text, NOW_MS)).toBe(expected);
  });

  it("is in the report", () => {
    const report = reportOnRefusal(answerOf(503, "", { "retry-after": "7" }), NOW_MS);
    expect(report).toMatchObject({ retryAfterMs: 7000 });
    expect(reportOnRefusal(answerOf(503), NOW_MS)).not.toHaveProperty("retryAfterMs");
  });
});

describe("a request that was not answered", () => {
  it.each([
    ["network", "unavailable"],
    ["timeout", "unavailable"],
    ["unreadable", "unavailable"],
    ["aborted", "unavailable"],
    ["tls", "blocked"],
    ["configuration", "blocked"],
  ] as const)("for %s is %s", (failure, outcome) => {
    const report = reportOnNoAnswer({ status: undefined, failure, message: "why" });
    expect(report).toEqual({ outcome, reason: failure, message: "why" });
  });
});
