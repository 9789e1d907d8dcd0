/** What `setup` makes for a sink of type `cloudwatch`, in the order in which it is made. */
import type { SetupPlan } from "../../setup.ts";
import type { SinkContext } from "../../table.ts";
import type { CloudWatchOptions } from "../options.ts";
import { alarmSteps } from "./alarms.ts";
import type { Aws } from "./aws.ts";
import { AwsClients } from "./client.ts";
import { dashboardStep } from "./dashboard.ts";
import { logGroupStep } from "./log-group.ts";
import { metricFiltersStep } from "./metric-filters.ts";
import { savedQueriesStep } from "./saved-query-step.ts";

/** Makes the plan on AWS. Nothing is sent yet. */
export function cloudWatchSetup(options: CloudWatchOptions, { clock }: SinkContext): SetupPlan {
  return cloudWatchPlan(options, new AwsClients(options, clock));
}

/** The plan on `aws`, which it closes. */
export function cloudWatchPlan(options: CloudWatchOptions, aws: Aws): SetupPlan {
  const { log_group: logGroup, metrics, setup } = options;
  const { name: prefix, daily_cost_usd: dailyCostUsd, alarm_topic_arn: topic } = setup;
  return {
    steps: [
      logGroupStep(aws, { logGroup, retentionDays: options.retention_days, create: options.create }),
      metricFiltersStep(aws, { prefix, logGroup, eventsCarryMetrics: metrics === "emf" }),
      ...alarmSteps(aws, { prefix, dailyCostUsd, topic }),
      savedQueriesStep(aws, prefix, logGroup),
      dashboardStep(aws, prefix, logGroup),
    ],
    close: () => aws.close(),
  };
}
