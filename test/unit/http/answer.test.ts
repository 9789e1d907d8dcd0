/**
 * Goal: answers are whole JSON documents. Method: examples.
 */
import { expect, it } from "vitest";
import { failure, json } from "../../../src/http/answer.ts";

it("an answer is one JSON document with a last newline", () => {
  expect(json({ a: 1 })).toEqual({
    status: 200,
    contentType: "application/json; charset=utf-8",
    body: '{"a":1}\n',
  });
});

it("a failure is one sentence, with the headers that belong to it", () => {
  expect(failure(405, "expected GET", { Allow: "GET" })).toEqual({
    status: 405,
    contentType: "application/json; charset=utf-8",
    body: '{"error":"expected GET"}\n',
    headers: { Allow: "GET" },
  });
});
