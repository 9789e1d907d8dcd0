/**
 * Goal: there is always advice, the most specific there is.
 * Method: a type that is known, a status that is known, neither.
 */
import { expect, it } from "vitest";
import { remedyFor } from "../../../../src/sinks/bulk/remedy.ts";

it.each([
  ["index_closed_exception", 400, /open the index/],
  ["unknown", 401, /auth/],
  ["unknown", 418, /server's log/],
])("for %s and %s", (type, status, advice) => {
  expect(remedyFor(type, status)).toMatch(advice);
});
