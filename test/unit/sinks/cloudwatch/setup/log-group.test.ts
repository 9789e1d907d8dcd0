/**
 * Goal: the log group is there and keeps events as long as the configuration says; one that is right is left alone.
 * Method: the step runs on AWS in memory, in each state that it can find.
 */
import { expect, test } from "vitest";
import { type LogGroupSettings, logGroupStep } from "../../../../../src/sinks/cloudwatch/setup/log-group.ts";
import { carryOut, examine, FakeAws } from "./fake-aws.ts";

const NAME = "/mem0/audit-logs";

function stepOn(aws: FakeAws, settings: Partial<LogGroupSettings> = {}) {
  return logGroupStep(aws, { logGroup: NAME, retentionDays: 30, create: true, ...settings });
}

test("a log group that is missing is made and told how long to keep events, once", async () => {
  const aws = new FakeAws();
  expect(await carryOut(stepOn(aws))).toEqual({
    state: "missing",
    requests: [
      { operation: "logs:CreateLogGroup", body: { logGroupName: NAME } },
      { operation: "logs:PutRetentionPolicy", body: { logGroupName: NAME, retentionInDays: 30 } },
    ],
  });
  expect(await examine(stepOn(aws))).toEqual({ state: "present" });
});

test("a log group whose name only begins the same is another one", async () => {
  const aws = new FakeAws();
  aws.logGroups.push({ logGroupName: `${NAME}-old`, retentionInDays: 30 });
  expect(await examine(stepOn(aws))).toMatchObject({ state: "missing" });
});

test("another retention is changed", async () => {
  const aws = new FakeAws();
  aws.logGroups.push({ logGroupName: NAME, retentionInDays: 365 });
  expect(await carryOut(stepOn(aws))).toMatchObject({ state: "different" });
  expect(aws.logGroups).toEqual([{ logGroupName: NAME, retentionInDays: 30 }]);
});

test("without retention_days the retention that is set stays", async () => {
  const aws = new FakeAws();
  aws.logGroups.push({ logGroupName: NAME, retentionInDays: 365 });
  expect(await examine(stepOn(aws, { retentionDays: undefined }))).toEqual({ state: "present" });
});

test("with create: false a missing log group is not made", async () => {
  expect(await examine(stepOn(new FakeAws(), { create: false }))).toEqual({
    state: "refused",
    message: `the log group "${NAME}" does not exist: make it, or set create: true`,
  });
});

test("the title says how long events are kept", () => {
  expect(stepOn(new FakeAws()).title).toBe(`log group "${NAME}", events kept for 30 days`);
  expect(stepOn(new FakeAws(), { retentionDays: undefined }).title).toBe(`log group "${NAME}"`);
});
