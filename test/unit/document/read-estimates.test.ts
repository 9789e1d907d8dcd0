/**
 * Goal: estimates are in the documents of the lines they are made from, and are made before redaction takes the query.
 * Method: lines in the known layout and in others, through reader and writer.
 */
import { expect, it } from "vitest";
import { EmbeddingEstimates } from "../../../src/cost/embedding-estimate.ts";
import type { DocumentRules } from "../../../src/document/read.ts";
import { documentRules } from "../../support/document-rules.ts";
import { requestLine } from "../../support/documents.ts";
import { readOne } from "./reading.ts";

const RULES = { ...documentRules(), estimates: new EmbeddingEstimates() };

function costOf(line: string, rules: DocumentRules = RULES): unknown {
  return (JSON.parse(readOne(line, { rules }).json) as Record<string, unknown>)["cost"];
}

const CALLS = {
  ...{ category: "embedding", currency: "USD", input_usd: null, output_usd: null, total_usd: null },
  ...{ total_picousd: null, model: "amazon.titan-embed-text-v2:0", model_source: "default" },
  ...{ price_id: expect.any(String), status: "unpriced", quality: ["estimated"], calls: 2 },
};

it("tells the calls of a search, however its line is written", () => {
  const line = requestLine({ path: "/memory/search" });
  const asService = line.replaceAll('":', '": ').replaceAll(',"', ', "');
  for (const one of [line, asService]) {
    expect(costOf(one)).toEqual(CALLS);
    expect(costOf(one, documentRules())).toBeUndefined();
  }
  const failed = requestLine({ path: "/memory/search", status: 500 });
  expect(costOf(failed.replaceAll('":', '": ').replaceAll(',"', ', "'))).toBeUndefined();
});

it("tells the tokens of a query that is in no document", () => {
  const line = requestLine({ path: "/memory/search", event: "retrieval_detail", query: "什么时候开会" });
  const { json } = readOne(line, { rules: RULES });
  expect(json).not.toContain("什么");
  expect(costOf(line)).toMatchObject({
    category: "embedding",
    status: "priced",
    total_picousd: 240_000,
    quality: ["estimated"],
    input_tokens: 12,
  });
});

it("goes by the path and status that the service wrote, also where they are redacted", () => {
  const rules = { ...documentRules({ path: "drop", status: "drop" }), estimates: new EmbeddingEstimates() };
  expect(costOf(requestLine({ path: "/memory/search" }), rules)).toEqual(CALLS);
});
