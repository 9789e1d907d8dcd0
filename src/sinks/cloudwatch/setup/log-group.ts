/** The log group and how long it keeps events. */
import type { SetupStep } from "../../setup.ts";
import type { Aws, Change } from "./aws.ts";
import { awsStep, stateOf } from "./step.ts";

export interface LogGroupSettings {
  readonly logGroup: string;
  /** How long events are kept; undefined: what is set there stays. */
  readonly retentionDays: number | undefined;
  /** False where only others may make log groups. */
  readonly create: boolean;
}

export function logGroupStep(aws: Aws, { logGroup, retentionDays, create }: LogGroupSettings): SetupStep {
  const kept = retentionDays === undefined ? "" : `, events kept for ${retentionDays} days`;
  return awsStep(aws, `log group "${logGroup}"${kept}`, async (signal) => {
    // Sorted by name, so the group itself comes before all others that begin with its name.
    const input = { logGroupNamePrefix: logGroup };
    const { logGroups = [] } = await aws.look("logs:DescribeLogGroups", input, signal);
    const found = logGroups.find((group) => group.logGroupName === logGroup);
    if (found === undefined && !create) {
      return {
        state: "refused",
        message: `the log group "${logGroup}" does not exist: make it, or set create: true`,
      };
    }
    const changes: Change[] = [];
    if (found === undefined) {
      changes.push({ operation: "logs:CreateLogGroup", body: { logGroupName: logGroup } });
    }
    if (retentionDays !== undefined && found?.retentionInDays !== retentionDays) {
      const body = { logGroupName: logGroup, retentionInDays: retentionDays };
      changes.push({ operation: "logs:PutRetentionPolicy", body });
    }
    return stateOf(found !== undefined, changes);
  });
}
