/**
 * Goal: the alarms watch the totals, are put when they are missing or changed, and keep whom they tell.
 * Method: the steps run on AWS in memory, which fills in defaults and turns the order of metrics round.
 */
import { expect, test } from "vitest";
import { METRICS, NAMESPACE } from "../../../../../src/sinks/cloudwatch/metrics.ts";
import { type AlarmSettings, alarmSteps, alarms } from "../../../../../src/sinks/cloudwatch/setup/alarms.ts";
import { carryOut, examine, FakeAws } from "./fake-aws.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:on-call";
const SETTINGS: AlarmSettings = { prefix: "mem0", dailyCostUsd: 50, topic: undefined };

async function carryOutAll(aws: FakeAws, settings: AlarmSettings) {
  return Promise.all(alarmSteps(aws, settings).map(carryOut));
}

async function states(aws: FakeAws, settings: AlarmSettings): Promise<string[]> {
  const found = await Promise.all(alarmSteps(aws, settings).map(examine));
  return found.map(({ state }) => state);
}

test("both alarms are made, once", async () => {
  const aws = new FakeAws();
  await carryOutAll(aws, SETTINGS);
  expect(aws.changes).toEqual(
    alarms(SETTINGS).map((body) => ({ operation: "cloudwatch:PutMetricAlarm", body })),
  );
  expect(await states(aws, SETTINGS)).toEqual(["present", "present"]);
});

test("without daily_cost_usd there is no alarm on the cost", () => {
  const names = alarms({ ...SETTINGS, dailyCostUsd: undefined }).map(({ AlarmName }) => AlarmName);
  expect(names).toEqual(["mem0-error-rate"]);
});

test("the error rate counts for nothing with few requests", () => {
  const [alarm] = alarms(SETTINGS);
  expect(alarm?.Metrics?.[0]?.Expression).toBe(
    "IF(requests >= 20 AND FILL(errors, 0) >= 3, 100 * FILL(errors, 0) / requests, 0)",
  );
  expect(alarm).toMatchObject({ Threshold: 5, ComparisonOperator: "GreaterThanThreshold" });
});

test("the alarms read metrics that exist, in total", () => {
  const [rate, cost] = alarms(SETTINGS);
  const read = [
    ...(rate?.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
    { Namespace: cost?.Namespace, MetricName: cost?.MetricName, Dimensions: cost?.Dimensions },
  ];
  expect(read.map(({ MetricName }) => MetricName)).toEqual(["Requests", "Errors", "CostUsd"]);
  for (const { Namespace, MetricName, Dimensions } of read) {
    expect(Namespace).toBe(NAMESPACE);
    expect(METRICS.map(({ name }) => name)).toContain(MetricName);
    expect(Dimensions).toEqual([]);
  }
});

test("another threshold changes that alarm only", async () => {
  const aws = new FakeAws();
  await carryOutAll(aws, SETTINGS);
  const dearer = { ...SETTINGS, dailyCostUsd: 100 };
  expect(await states(aws, dearer)).toEqual(["present", "different"]);
  await carryOutAll(aws, dearer);
  expect(await states(aws, dearer)).toEqual(["present", "present"]);
});

test("the topic hears of alarms and of their end", async () => {
  const aws = new FakeAws();
  const settings = { ...SETTINGS, topic: TOPIC };
  await carryOutAll(aws, SETTINGS);
  expect(await states(aws, settings)).toEqual(["different", "different"]);
  await carryOutAll(aws, settings);
  expect(aws.alarms[0]).toMatchObject({ AlarmActions: [TOPIC], OKActions: [TOPIC], ActionsEnabled: true });
  expect(await states(aws, settings)).toEqual(["present", "present"]);
});

test("without a topic those stay who were told by hand", async () => {
  const aws = new FakeAws();
  await carryOutAll(aws, SETTINGS);
  for (const alarm of aws.alarms) alarm.AlarmActions = [TOPIC];
  expect(await states(aws, SETTINGS)).toEqual(["present", "present"]);
  await carryOutAll(aws, { ...SETTINGS, dailyCostUsd: 100 });
  expect(aws.alarms.map(({ AlarmActions }) => AlarmActions)).toEqual([[TOPIC], [TOPIC]]);
});

test("without the permission to put, the alarm says which one is missing", async () => {
  const aws = new FakeAws();
  aws.deny("cloudwatch:PutMetricAlarm");
  await expect(carryOutAll(aws, SETTINGS)).rejects.toThrow("cloudwatch:PutMetricAlarm");
});
