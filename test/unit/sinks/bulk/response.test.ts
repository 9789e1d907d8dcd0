/**
 * Goal: each document gets the verdict of the table of fates, whatever a server says.
 * Method: answers recorded from a real OpenSearch (test/fixtures/bulk), and answers that nobody should give.
 */
import { describe, expect, it } from "vitest";
import { reportOnAnswer } from "../../../../src/sinks/bulk/response.ts";
import type { Verdict } from "../../../../src/sinks/sink.ts";
import { answerOf, recordedAnswer } from "../../../support/recorded-answers.ts";

const NOW_MS = Date.parse("2026-04-03T00:00:00Z");

function verdictsOf(name: string, count: number): readonly Verdict[] {
  const report = reportOnAnswer(recordedAnswer(name), count, NOW_MS);
  return report.outcome === "judged" ? report.verdicts : [];
}

describe("an answer to a bulk request", () => {
  it.each(["created", "unfiltered"])("stores all documents if it is %s", (name) => {
    expect(reportOnAnswer(recordedAnswer(name), 3, NOW_MS)).toEqual({ outcome: "stored" });
  });

  it("takes a document that is already there as a duplicate", () => {
    expect(verdictsOf("replayed", 2)).toEqual([{ verdict: "duplicate" }, { verdict: "stored" }]);
  });

  it("refuses documents by their own fault, without their values, and stores their neighbour", () => {
    const verdicts = verdictsOf("document-errors", 17);
    expect(verdicts.at(-1)).toEqual({ verdict: "stored" });
    const refused = verdicts.slice(0, -1);
    expect(refused.every((one) => one.verdict === "refused" && one.error.isDocumentFault)).toBe(true);
    expect(JSON.stringify(refused)).not.toMatch(/PRIVATE|80, 82|9999/);
    expect(refused[0]).toMatchObject({ error: { reason: "failed to parse field [a] of type [long]" } });
  });

  it.each([
    ["write-block", "cluster_block_exception", /read-only/],
    ["disk-full", "cluster_block_exception", /free disk space/],
    ["closed", "index_closed_exception", /open the index/],
    ["no-auto-create", "index_not_found_exception", /action.auto_create_index/],
    ["shard-limit", "validation_exception", /max_shards_per_node/],
  ])("blames the server for %s and says what to do", (name, type, reason) => {
    const expected = {
      verdict: "refused",
      error: { type, reason: expect.stringMatching(reason), isDocumentFault: false },
    };
    expect(verdictsOf(name, 3)).toEqual([expected, expected, expected]);
  });

  it.each(["field-limit", "no-pipeline", "bad-index-name"])("blames the server for %s", (name) => {
    const count = name === "bad-index-name" ? 3 : 1;
    const verdicts = verdictsOf(name, count);
    expect(verdicts).toHaveLength(count);
    expect(verdicts[0]).toMatchObject({ verdict: "refused", error: { isDocumentFault: false } });
  });

  it("defers documents for which a queue was full", () => {
    expect(verdictsOf("rejected-items", 5)).toContainEqual({ verdict: "deferred", reason: "throttled" });
  });

  it.each([
    [503, "unavailable_shards_exception", { verdict: "deferred", reason: "http_503" }],
    [500, "x", { verdict: "deferred", reason: "http_500" }],
    [409, undefined, { verdict: "duplicate" }],
    [409, "other_conflict", { verdict: "deferred", reason: "http_409" }],
    [200, undefined, { verdict: "stored" }],
    [403, "security_exception", { verdict: "refused", error: { isDocumentFault: false } }],
    [404, "index_not_found_exception", { verdict: "refused", error: { isDocumentFault: false } }],
    [400, "document_parsing_exception", { verdict: "refused", error: { isDocumentFault: true } }],
    [404, "mapper_parsing_exception", { verdict: "refused", error: { isDocumentFault: false } }],
  ])("judges an item of status %s and type %s", (status, type, verdict) => {
    const items = [
      { create: { status, error: { type, reason: "" } } },
      { create: { status: 201 } },
      { create: { status: 409 } },
    ];
    const report = reportOnAnswer(answerOf(200, { errors: true, items }), 3, NOW_MS);
    expect(report).toMatchObject({
      outcome: "judged",
      verdicts: [verdict, { verdict: "stored" }, { verdict: "duplicate" }],
    });
  });

  it("does not take a document in the failure store for stored, nor for lost", () => {
    const items = [
      { create: { status: 201, failure_store: "used" } },
      { create: { status: 201 } },
      { create: { status: 201, failure_store: "not_applicable_or_unknown" } },
    ];
    expect(reportOnAnswer(answerOf(200, { errors: false, items }), 3, NOW_MS)).toEqual({
      outcome: "judged",
      verdicts: [
        {
          verdict: "refused",
          error: {
            type: "failure_store",
            reason: expect.stringContaining("<data stream>::failures"),
            isDocumentFault: true,
          },
        },
        { verdict: "stored" },
        { verdict: "stored" },
      ],
    });
  });

  it("is judged item by item even if it says that there were no errors", () => {
    const items = [{ create: { status: 201 } }, { create: { status: 429 } }];
    expect(reportOnAnswer(answerOf(200, { errors: false, items }), 2, NOW_MS)).toMatchObject({
      verdicts: [{ verdict: "stored" }, { verdict: "deferred" }],
    });
  });

  it.each([
    ["nothing", ""],
    ["a page of HTML", "<html>200 OK</html>"],
    ["fewer items", '{"errors":false,"items":[{"create":{"status":201}}]}'],
    ["more items", `{"errors":false,"items":[${Array(4).fill('{"create":{"status":201}}').join(",")}]}`],
    [
      "an answer that was cut",
      `{"errors":false,"items":[${Array(3).fill('{"create":{"status":201}}').join(",")}`,
    ],
    ["another operation", { errors: true, items: Array(3).fill({ index: { status: 201 } }) }],
    ["a status that is a text", { errors: true, items: Array(3).fill({ create: { status: "201" } }) }],
    ["a status that is no status", { errors: true, items: Array(3).fill({ create: { status: 20 } }) }],
    ["null", "null"],
    ["items that are none", { errors: true, items: [null, 1, "x"] }],
    ["items that are an object", { errors: true, items: { length: 3 } }],
  ])("is no answer if it is %s", (_, body) => {
    const report = reportOnAnswer(answerOf(200, body), 3, NOW_MS);
    expect(report).toMatchObject({ outcome: "unavailable", reason: "unreadable" });
  });
});
