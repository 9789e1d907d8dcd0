/**
 * Goal: only what can never be stored is called a document's fault.
 * Method: a table of types.
 */
import { expect, it } from "vitest";
import { documentError } from "../../../../src/sinks/bulk/document-error.ts";

it.each([
  [400, "mapper_parsing_exception", "", true],
  [400, "strict_dynamic_mapping_exception", "", true],
  [400, "document_parsing_exception", "", true],
  [400, "illegal_argument_exception", 'Document contains at least one immense term in field="a" (…)', true],
  [400, "illegal_argument_exception", "Limit of total fields [1000] has been exceeded", false],
  [400, "index_closed_exception", "closed", false],
  [404, "mapper_parsing_exception", "", false],
])("%s %s %s: the document's fault is %s", (status, type, reason, isDocumentFault) => {
  expect(documentError(status, type, reason).isDocumentFault).toBe(isDocumentFault);
});

it("says what to do only where someone can do something", () => {
  expect(documentError(400, "index_closed_exception", "closed").reason).toMatch(
    /^closed \(400\): open the index/,
  );
  expect(documentError(400, "mapper_parsing_exception", "failed to parse").reason).toBe("failed to parse");
});
