/**
 * Goal: a configuration that AWS would refuse is refused when it is loaded.
 * Method: options are parsed.
 */
import { expect, test } from "vitest";
import { cloudWatchSetupOptions } from "../../../../../src/sinks/cloudwatch/setup/options.ts";

test("nothing has to be said", () => {
  expect(cloudWatchSetupOptions.parse({})).toEqual({ name: "mem0" });
});

test.each([
  { name: "prod_mem0-2" },
  { daily_cost_usd: 0.5 },
  { alarm_topic_arn: "arn:aws-cn:sns:cn-north-1:123456789012:on-call" },
  { monitoring_endpoint: "http://127.0.0.1:5000" },
])("%o is taken", (options) => {
  expect(cloudWatchSetupOptions.parse(options)).toMatchObject(options);
});

test.each([
  { name: "mem0/audit" },
  { name: "" },
  { daily_cost_usd: 0 },
  { daily_cost_usd: "50" },
  { alarm_topic_arn: "on-call" },
  { alarm_topic_arn: "arn:aws:sqs:us-east-1:123456789012:queue" },
  { monitoring_endpoint: "monitoring" },
])("%o is refused", (options) => {
  expect(cloudWatchSetupOptions.safeParse(options).success).toBe(false);
});
