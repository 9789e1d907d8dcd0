/**
 * Goal: the kind of a line is that which the documentation says, and nothing about its types is assumed.
 * Method: tables of records.
 */
import { expect, test } from "vitest";
import { type AuditRecord, kindOf, numberMember, stringMember } from "../../../src/record/record.ts";

test.each<[string, AuditRecord]>([
  ["request", { method: "GET", path: "/health", status: 200 }],
  ["request", { path: "/health", status: null }],
  ["unknown", { path: 1, status: 200 }],
  ["unknown", { path: "/health" }],
  ["unknown", { status: 200 }],
  ["unknown", {}],
  ["token_usage", { type: "token_usage" }],
  ["token_usage", { type: "token_usage", event: "retrieval_detail", path: "/", status: 1 }],
  ["embedding_usage", { type: "embedding_usage" }],
  ["unknown", { type: "other", path: "/health", status: 200 }],
  ["unknown", { type: null, path: "/health", status: 200 }],
  ["retrieval_detail", { event: "retrieval_detail" }],
  ["retrieval_detail", { event: "retrieval_detail", path: "/", status: 1 }],
  ["unknown", { event: "other", path: "/health", status: 200 }],
  ["unknown", { event: { kind: "x" }, path: "/health", status: 200 }],
])("%s: %j", (kind, record) => {
  expect(kindOf(record)).toBe(kind);
});

test.each([
  ["text", "text"],
  ["", ""],
  [1, undefined],
  [null, undefined],
  [["a"], undefined],
])("as a string, %j is %j", (value, expected) => {
  expect(stringMember({ value }, "value")).toBe(expected);
});

test.each([
  [0, 0],
  [-1.5, -1.5],
  [Number.POSITIVE_INFINITY, undefined],
  ["1", undefined],
  [null, undefined],
])("as a number, %j is %j", (value, expected) => {
  expect(numberMember({ value }, "value")).toBe(expected);
});

test("a member that is not there is neither", () => {
  expect(stringMember({}, "toString")).toBeUndefined();
  expect(numberMember({}, "length")).toBeUndefined();
});
