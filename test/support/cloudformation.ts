/**
 * What `setup` makes for a sink of type `cloudwatch`, as a CloudFormation template: for those who make things in AWS by
 * templates only. Names are the same, so that `setup` finds everything there. The log group is not in it: the daemon
 * makes that, and no stack should be able to delete logs.
 */
import { alarms } from "../../src/sinks/cloudwatch/setup/alarms.ts";
import { dashboardBody } from "../../src/sinks/cloudwatch/setup/dashboard.ts";
import { metricFilters } from "../../src/sinks/cloudwatch/setup/metric-filters.ts";
import { queryDefinitions } from "../../src/sinks/cloudwatch/setup/saved-query-step.ts";

/** A parameter within a text, as CloudFormation fills it in. */
function placeholder(parameter: string): string {
  return `$\{${parameter}}`;
}

const PREFIX = placeholder("Name");
const LOG_GROUP = placeholder("LogGroupName");
const REGION = placeholder("AWS::Region");

const PARAMETERS = {
  LogGroupName: {
    Type: "String",
    Default: "/mem0/audit-logs",
    Description: "The sink's log_group. It has to exist.",
  },
  MetricFilters: {
    Type: "String",
    AllowedValues: ["true", "false"],
    Default: "true",
    Description: "false if the sink says metrics: emf, or everything would count twice.",
  },
  DailyCostUsd: {
    Type: "Number",
    Default: 0,
    Description: "Alarm if the cost of 24 hours is above this; 0: no such alarm.",
  },
  AlarmTopicArn: {
    Type: "String",
    Default: "",
    Description: "SNS topic that hears of the alarms; empty: none.",
  },
  Name: {
    Type: "String",
    Default: "mem0",
    AllowedPattern: "[A-Za-z0-9_-]{1,64}",
    Description: "The sink's setup.name: folder of the saved queries, beginning of all other names.",
  },
};

const CONDITIONS = {
  HasMetricFilters: equals("MetricFilters", "true"),
  HasDailyCost: not(equals("DailyCostUsd", 0)),
  HasTopic: not(equals("AlarmTopicArn", "")),
};

/** The template as a value. */
export function cloudFormationTemplate(): object {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description:
      "What mem0-audit-shipper's setup makes in CloudWatch: metrics, alarms, saved queries, dashboard.",
    Parameters: PARAMETERS,
    Conditions: CONDITIONS,
    Resources: Object.fromEntries([...filters(), ...alarmResources(), ...queries(), dashboard()]),
  };
}

type Resource = readonly [name: string, definition: object];

function filters(): Resource[] {
  return metricFilters(PREFIX, LOG_GROUP).map((filter) => {
    const [{ metricName } = { metricName: "" }] = filter.metricTransformations;
    const definition = {
      Type: "AWS::Logs::MetricFilter",
      Condition: "HasMetricFilters",
      Properties: substituted(capitalized(filter)),
    };
    return [`MetricFilter${metricName}`, definition];
  });
}

function alarmResources(): Resource[] {
  const [errorRate, dailyCost] = alarms({ prefix: PREFIX, dailyCostUsd: 1, topic: undefined });
  const listeners = whether("HasTopic", [ref("AlarmTopicArn")], ref("AWS::NoValue"));
  const alarm = (properties: object | undefined) => ({
    Type: "AWS::CloudWatch::Alarm",
    Properties: { ...(substituted(properties) as object), AlarmActions: listeners, OKActions: listeners },
  });
  return [
    ["AlarmErrorRate", alarm(errorRate)],
    [
      "AlarmDailyCost",
      { Condition: "HasDailyCost", ...alarm({ ...dailyCost, Threshold: ref("DailyCostUsd") }) },
    ],
  ];
}

function queries(): Resource[] {
  return queryDefinitions(PREFIX, LOG_GROUP).map((query) => {
    const title = query.name.slice(PREFIX.length + 1);
    const name = title.replace(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase());
    const definition = {
      Type: "AWS::Logs::QueryDefinition",
      Properties: substituted(capitalized(query)),
    };
    return [`Query${name}`, definition];
  });
}

function dashboard(): Resource {
  const body = JSON.stringify(dashboardBody({ region: REGION, logGroup: LOG_GROUP }));
  const Properties = substituted({ DashboardName: `${PREFIX}-audit`, DashboardBody: body });
  return ["Dashboard", { Type: "AWS::CloudWatch::Dashboard", Properties }];
}

function ref(name: string) {
  return { Ref: name };
}

function equals(parameter: string, value: string | number) {
  return { "Fn::Equals": [ref(parameter), value] };
}

function not(condition: object) {
  return { "Fn::Not": [condition] };
}

function whether(condition: string, yes: unknown, no: unknown) {
  return { "Fn::If": [condition, yes, no] };
}

/** Texts with a parameter in them are filled in by CloudFormation. */
function substituted(value: unknown): unknown {
  if (typeof value === "string") return /\$\{/.test(value) ? { "Fn::Sub": value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, substituted(item)]));
}

/** CloudFormation writes the members of requests to CloudWatch Logs with a capital letter. */
function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      capitalized(item),
    ]),
  );
}
