/**
 * Goal: each product is recognised by what it says, also where it says little.
 * Method: answers to `GET /` as the products and gateways give them.
 */
import { describe, expect, it } from "vitest";
import {
  describeIdentity,
  describeMistake,
  ELASTICSEARCH,
  identityOf,
  OPENSEARCH,
} from "../../../../src/sinks/bulk/flavour.ts";
import { answerOf } from "../../../support/recorded-answers.ts";

const SIGNED = { "x-elastic-product": "Elasticsearch" };

describe("a server", () => {
  it.each([
    [
      "OpenSearch",
      answerOf(200, { version: { distribution: "opensearch", number: "2.19.4" } }),
      "OpenSearch 2.19.4",
    ],
    [
      "Elasticsearch",
      answerOf(200, { version: { number: "9.5.3", build_flavor: "default" } }, SIGNED),
      "Elasticsearch 9.5.3",
    ],
    ["Elasticsearch that refuses to tell", answerOf(403, {}, SIGNED), "Elasticsearch"],
    [
      "Elasticsearch whose headers are stripped",
      answerOf(200, { version: { number: "8.1.0" } }),
      "Elasticsearch 8.1.0",
    ],
    [
      "Serverless",
      answerOf(200, { version: { number: "8.11.0", build_flavor: "serverless" } }, SIGNED),
      "Elasticsearch Serverless",
    ],
    ["something else", answerOf(200, "<html>"), ""],
    ["another product", answerOf(200, { version: { distribution: "other", number: "1.0" } }), "1.0"],
  ])("is recognised: %s", (_, root, description) => {
    expect(describeIdentity(identityOf(root))).toBe(description);
  });

  it("is a mistake only if it is surely the other product", () => {
    const openSearch = identityOf(
      answerOf(200, { version: { distribution: "opensearch", number: "3.8.0" } }),
    );
    expect(describeMistake(openSearch, OPENSEARCH)).toBeUndefined();
    expect(describeMistake(openSearch, ELASTICSEARCH)).toBe(
      "this is OpenSearch 3.8.0, not Elasticsearch: write type: opensearch",
    );
    expect(describeMistake(identityOf(answerOf(404, "")), ELASTICSEARCH)).toBeUndefined();
  });
});
