/** The option `setup` of a sink of type `cloudwatch`: what the command of that name makes there. */
import { z } from "zod";

export const cloudWatchSetupOptions = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "expected 1 to 64 letters, digits, hyphens or underscores")
      .default("mem0")
      .meta({
        description:
          "Folder of the saved queries, and the beginning of the names of metric filters, alarms and the dashboard. Give each log group of one account and region its own.",
      }),
    daily_cost_usd: z
      .number()
      .positive()
      .optional()
      .meta({
        description: "Alarm if the cost of 24 hours is above this; without it there is no such alarm.",
        examples: [50],
      }),
    alarm_topic_arn: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[^:]+:\d{12}:[^:]+$/, "expected an ARN of an SNS topic")
      .optional()
      .meta({
        description:
          "SNS topic that hears of the alarms. Without it they are only shown, and those told by hand are left as they are.",
        examples: ["arn:aws:sns:us-east-1:123456789012:on-call"],
      }),
    monitoring_endpoint: z
      .url({ protocol: /^https?$/, error: "expected a URL like https://monitoring.us-east-1.amazonaws.com" })
      .optional()
      .meta({
        description:
          "Address of CloudWatch itself (alarms, dashboard) if it is not that of the region; `endpoint` is that of CloudWatch Logs.",
      }),
  })
  .meta({ description: "What the command `setup` makes." });
