/**
 * Goal: errors are found in every form in which servers and gateways give them.
 * Method: bodies of each form, and bodies that hold none.
 */
import { expect, it } from "vitest";
import { member, serverError } from "../../../../src/sinks/bulk/answer.ts";
import { answerOf } from "../../../support/recorded-answers.ts";

it.each([
  [
    { error: { type: "a", reason: "b" }, status: 400 },
    { type: "a", reason: "b" },
  ],
  [{ error: { type: "a" } }, { type: "a", reason: "" }],
  [{ error: "no handler" }, { type: "message", reason: "no handler" }],
  [{ message: "forbidden" }, { type: "message", reason: "forbidden" }],
  [{ Message: "forbidden" }, { type: "message", reason: "forbidden" }],
  [{ error: { reason: "b" } }, undefined],
  ["<html>", undefined],
  ["", undefined],
  [[], undefined],
])("the error of %j", (body, error) => {
  expect(serverError(answerOf(400, body))).toEqual(error);
});

it("finds only members that are the object's own", () => {
  expect(member({ a: 1 }, "a")).toBe(1);
  expect(member({}, "toString")).toBeUndefined();
  expect(member(null, "a")).toBeUndefined();
});
