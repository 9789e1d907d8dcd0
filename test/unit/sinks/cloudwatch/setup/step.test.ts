/**
 * Goal: a step looks before it changes, changes just what it found, and tells a refusal instead of failing.
 * Method: steps with examinations written out, on AWS in memory; what `fulfils` takes as equal is listed.
 */
import { expect, test } from "vitest";
import { AwsFault, type Change } from "../../../../../src/sinks/cloudwatch/setup/aws.ts";
import { awsStep, fulfils, stateOf } from "../../../../../src/sinks/cloudwatch/setup/step.ts";
import { carryOut, examine, FakeAws } from "./fake-aws.ts";

const GROUP: Change = { operation: "logs:CreateLogGroup", body: { logGroupName: "/a" } };
const RETENTION: Change = {
  operation: "logs:PutRetentionPolicy",
  body: { logGroupName: "/a", retentionInDays: 30 },
};

test("the requests are sent in their order", async () => {
  const aws = new FakeAws();
  await carryOut(awsStep(aws, "group", async () => stateOf(false, [GROUP, RETENTION])));
  expect(aws.changes).toEqual([GROUP, RETENTION]);
});

test("after a request that is refused no other is sent, and the fault is told", async () => {
  const aws = new FakeAws();
  aws.deny("logs:CreateLogGroup");
  const step = awsStep(aws, "group", async () => stateOf(false, [GROUP, RETENTION]));
  await expect(carryOut(step)).rejects.toThrow("allow the IAM action logs:CreateLogGroup");
  expect(aws.changes).toEqual([]);
});

test("where it may not look, the step is refused with the reason", async () => {
  const step = awsStep(new FakeAws(), "group", async () => {
    throw new AwsFault("AccessDeniedException", "no permission");
  });
  expect(await examine(step)).toEqual({ state: "refused", message: "no permission" });
});

test("a defect of our own is not taken for a refusal", async () => {
  const step = awsStep(new FakeAws(), "group", async () => {
    throw new TypeError("x is not a function");
  });
  await expect(examine(step)).rejects.toThrow(TypeError);
});

test("what is not there is missing, what is there but not right is different", () => {
  expect(stateOf(false, [GROUP])).toEqual({ state: "missing", requests: [GROUP] });
  expect(stateOf(true, [GROUP])).toEqual({ state: "different", requests: [GROUP] });
  expect(stateOf(true, [])).toEqual({ state: "present" });
});

test.each([
  ["the same", { a: [{ b: 1 }] }, { a: [{ b: 1 }] }],
  ["more than was asked for", { a: 1, arn: "arn:aws:…" }, { a: 1 }],
  ["no list instead of an empty one", {}, { a: [] }],
  ["nothing instead of a member that is undefined", {}, { a: undefined }],
])("%s is right", (_, actual, expected) => {
  expect(fulfils(actual, expected)).toBe(true);
});

test.each([
  ["nothing", undefined, { a: 1 }],
  ["another value", { a: 2 }, { a: 1 }],
  ["a number as text", { a: "1" }, { a: 1 }],
  ["another order", { a: [2, 1] }, { a: [1, 2] }],
  ["a longer list", { a: [1, 2] }, { a: [1] }],
  ["null instead of an object", { a: null }, { a: {} }],
])("%s is not right", (_, actual, expected) => {
  expect(fulfils(actual, expected)).toBe(false);
});
