/**
 * Reads the metrics inside of an event as CloudWatch Logs does, and refuses what it would not take.
 *
 * The schema is that of the specification; what it says in words besides is checked here too.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import assert from "node:assert/strict";
import { z } from "zod";

const UNITS = [
  ...["Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"],
  ...["Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second"],
  ...["Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second"],
  ...["Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None"],
];

const METADATA = z.fromJSONSchema({
  type: "object",
  required: ["Timestamp", "CloudWatchMetrics"],
  additionalProperties: false,
  properties: {
    Timestamp: { type: "integer", minimum: 0 },
    CloudWatchMetrics: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["Namespace", "Dimensions", "Metrics"],
        additionalProperties: false,
        properties: {
          Namespace: { type: "string", minLength: 1, maxLength: 1024 },
          Dimensions: {
            type: "array",
            minItems: 1,
            items: {
              type: "array",
              maxItems: 30,
              items: { type: "string", minLength: 1, maxLength: 250 },
            },
          },
          Metrics: {
            type: "array",
            maxItems: 100,
            items: {
              type: "object",
              required: ["Name"],
              additionalProperties: false,
              properties: {
                Name: { type: "string", minLength: 1, maxLength: 1024 },
                Unit: { type: "string", enum: UNITS },
                StorageResolution: { type: "integer", enum: [1, 60] },
              },
            },
          },
        },
      },
    },
  },
});

export interface MetricValue {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string | undefined;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestampMs: number;
}

interface Metadata {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
  }[];
}

/** One value for each metric and set of dimensions; none if the event has no `_aws`. */
export function metricsIn(event: string): MetricValue[] {
  const members = JSON.parse(event) as Readonly<Record<string, unknown>>;
  if (members["_aws"] === undefined) return [];
  const { Timestamp, CloudWatchMetrics } = METADATA.parse(members["_aws"]) as Metadata;
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name, Unit }) => ({
        namespace: Namespace,
        name: Name,
        unit: Unit,
        dimensions: Object.fromEntries(names.map((name) => [name, textAt(members, name)])),
        value: numberAt(members, Name),
        timestampMs: Timestamp,
      })),
    ),
  );
}

/** What a dimension refers to: text at the top of the event that CloudWatch takes as a dimension's value. */
function textAt(members: Readonly<Record<string, unknown>>, name: string): string {
  const value = members[name];
  assert(typeof value === "string", `the dimension ${name} refers to ${JSON.stringify(value)}`);
  assert.match(value, /^[\x20-\x7e]{1,1024}$/, `the dimension ${name} is no printable ASCII`);
  assert.notEqual(value.trim(), "", `the dimension ${name} is blank`);
  return value;
}

/** What a metric refers to: a number at the top of the event, within the bounds of a metric. */
function numberAt(members: Readonly<Record<string, unknown>>, name: string): number {
  const value = members[name];
  assert(typeof value === "number", `the metric ${name} refers to ${JSON.stringify(value)}`);
  assert(Math.abs(value) <= 2 ** 360, `the metric ${name} is too large`);
  return value;
}
