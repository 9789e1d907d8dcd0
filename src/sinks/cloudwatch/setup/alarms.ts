/** Alarms on the error rate and on the cost of a day. */
import type { MetricAlarm, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import type { SetupStep } from "../../setup.ts";
import { type MetricName, NAMESPACE } from "../metrics.ts";
import type { Aws } from "./aws.ts";
import { awsStep, fulfils, stateOf } from "./step.ts";

/** Above this the error rate is alarming, in percent. */
export const ERROR_PERCENT_MAX = 5;

/** Fewer say nothing about a rate: one error in ten requests is no trouble. */
const REQUESTS_MIN = 20;
const ERRORS_MIN = 3;

const FIVE_MINUTES_S = 300;
const DAY_S = 86_400;

export interface AlarmSettings {
  /** The beginning of the names. */
  readonly prefix: string;
  readonly dailyCostUsd: number | undefined;
  /** ARN of the SNS topic that hears of them. */
  readonly topic: string | undefined;
}

/** The alarms as they are to be, but for who hears of them. */
export function alarms({ prefix, dailyCostUsd }: AlarmSettings): readonly PutMetricAlarmInput[] {
  const all = [errorRate(prefix)];
  if (dailyCostUsd !== undefined) all.push(dailyCost(prefix, dailyCostUsd));
  return all;
}

function errorRate(prefix: string): PutMetricAlarmInput {
  const isWorthARate = `requests >= ${REQUESTS_MIN} AND FILL(errors, 0) >= ${ERRORS_MIN}`;
  return {
    AlarmName: `${prefix}-error-rate`,
    AlarmDescription: `More than ${ERROR_PERCENT_MAX} % of the requests to the memory service failed (status 400 or above) for ten minutes.`,
    Metrics: [
      {
        Id: "error_percent",
        Expression: `IF(${isWorthARate}, 100 * FILL(errors, 0) / requests, 0)`,
        Label: "error rate (%)",
        ReturnData: true,
      },
      sumOf("requests", "Requests"),
      sumOf("errors", "Errors"),
    ],
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    Threshold: ERROR_PERCENT_MAX,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "notBreaching",
  };
}

function sumOf(id: string, metric: MetricName) {
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: NAMESPACE, MetricName: metric, Dimensions: [] },
      Period: FIVE_MINUTES_S,
      Stat: "Sum",
    },
    ReturnData: false,
  };
}

function dailyCost(prefix: string, dailyCostUsd: number): PutMetricAlarmInput {
  return {
    AlarmName: `${prefix}-daily-cost`,
    AlarmDescription:
      "What the memory service used in 24 hours costs more than this many US dollars at list prices.",
    Namespace: NAMESPACE,
    MetricName: "CostUsd" satisfies MetricName,
    Dimensions: [],
    Statistic: "Sum",
    Period: DAY_S,
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    Threshold: dailyCostUsd,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "notBreaching",
  };
}

/** A step for each alarm. */
export function alarmSteps(aws: Aws, settings: AlarmSettings): readonly SetupStep[] {
  return alarms(settings).map((alarm) =>
    awsStep(aws, `alarm "${alarm.AlarmName}"`, async (signal) => {
      const { MetricAlarms: [existing] = [] } = await aws.look(
        "cloudwatch:DescribeAlarms",
        { AlarmNames: [alarm.AlarmName ?? ""], AlarmTypes: ["MetricAlarm"] },
        signal,
      );
      const wanted = { ...alarm, ...listeners(existing, settings.topic) };
      const isRight = existing !== undefined && fulfils(inOrder(existing), inOrder(wanted));
      return stateOf(
        existing !== undefined,
        isRight ? [] : [{ operation: "cloudwatch:PutMetricAlarm", body: wanted }],
      );
    }),
  );
}

/** Who hears of an alarm: the topic, else whoever was told by hand. A put replaces all of an alarm. */
function listeners(existing: MetricAlarm | undefined, topic: string | undefined) {
  if (topic !== undefined) return { ActionsEnabled: true, AlarmActions: [topic], OKActions: [topic] };
  if (existing === undefined) return {};
  const { ActionsEnabled, AlarmActions, OKActions, InsufficientDataActions } = existing;
  return { ActionsEnabled, AlarmActions, OKActions, InsufficientDataActions };
}

/** The order of `Metrics` has no meaning, and need not be the one in which they were put. */
function inOrder<Alarm extends Pick<MetricAlarm, "Metrics">>(alarm: Alarm): Alarm {
  if (alarm.Metrics === undefined) return alarm;
  const byId = [...alarm.Metrics].sort((one, other) => ((one.Id ?? "") < (other.Id ?? "") ? -1 : 1));
  return { ...alarm, Metrics: byId };
}
