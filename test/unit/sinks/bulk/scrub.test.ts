/**
 * Goal: no value of a document comes through a reason, and what helps an operator does.
 * Method: reasons recorded from a real server, and texts made to slip through.
 */
import { describe, expect, it } from "vitest";
import { scrubReason, scrubType } from "../../../../src/sinks/bulk/scrub.ts";
import { recordedAnswer } from "../../../support/recorded-answers.ts";

const WITHHELD = "the server's reason is withheld, since it may quote the document";

describe("a scrubbed reason", () => {
  it("keeps fields and types of everything that a real server says about documents", () => {
    const { items } = JSON.parse(recordedAnswer("document-errors").body.toString());
    const errors = items.flatMap(
      (item: { create: { error?: { type: string; reason: string } } }) => item.create.error ?? [],
    );
    const reasons = errors.map(({ type, reason }: { type: string; reason: string }) =>
      scrubReason(type, reason),
    );
    expect(reasons).toMatchInlineSnapshot(`
      [
        "failed to parse field [a] of type [long]",
        "failed to parse field [d] of type [date]",
        "failed to parse field [i] of type [ip]",
        "failed to parse field [b] of type [boolean]",
        "object mapping for [o] tried to parse field [o] as object, but found a concrete value",
        "failed to parse field [k] of type [keyword]",
        "failed to parse field [g] of type [geo_point]",
        "mapping set to strict, dynamic introduction of [field] within [s] is not allowed",
        "failed to parse field [r] of type [integer_range]",
        "failed to parse field [a] of type [long]",
        "Could not dynamically add mapping for field [a.x]. Existing mapping for [a] must be of type object but found [long]",
        "Document contains at least one immense term in field="k"",
        "failed to parse",
        "failed to parse",
        "failed to parse field [_id] of type [_id]",
        "failed to parse field [a] of type [long]",
      ]
    `);
  });

  it("of Elasticsearch is scrubbed too", () => {
    const reason =
      "[1:23] failed to parse field [a] of type [long] in document with id 'x'. Preview of field's value: 'PRIVATE'";
    expect(scrubReason("document_parsing_exception", reason)).toBe(
      "failed to parse field [a] of type [long]",
    );
  });

  it.each([
    ["illegal_argument_exception", 'For input string: "PRIVATE"'],
    ["parse_exception", "failed to parse date field [PRIVATE] with format [strict]"],
    ["mapper_parsing_exception", "value PRIVATE: failed to parse field [PRIVATE] of type [PRIVATE]"],
    ["unknown", "PRIVATE"],
  ])("of type %s is withheld if nobody knows what it may hold", (type, reason) => {
    expect(scrubReason(type, reason)).toBe(WITHHELD);
  });

  it("is kept if it is about an index or the cluster, but not at any length", () => {
    const reason = "index [a] blocked by: [FORBIDDEN/8/index write (api)];";
    expect(scrubReason("cluster_block_exception", reason)).toBe(reason);
    expect(scrubReason("security_exception", "x".repeat(10_000))).toHaveLength(500);
  });
});

it.each([
  ["mapper_parsing_exception", "mapper_parsing_exception"],
  ["<script>", "unknown"],
  ["a b", "unknown"],
  [undefined, "unknown"],
  [7, "unknown"],
])("the type %s is shown as %s", (type, shown) => {
  expect(scrubType(type)).toBe(shown);
});
