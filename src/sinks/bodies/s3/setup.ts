/** What `setup` makes for bodies in a bucket: the lifecycle rule that deletes old ones. Other rules stay as they are. */
import type { LifecycleRule, PutBucketLifecycleConfigurationCommandInput } from "@aws-sdk/client-s3";
import { fulfils } from "../../cloudwatch/setup/step.ts";
import {
  type PlannedRequest,
  SetupFault,
  type SetupPlan,
  type SetupState,
  type SetupStep,
} from "../../setup.ts";
import type { S3BodiesOptions } from "../options.ts";
import { obstacleOf } from "./failure.ts";
import type { S3, S3Result } from "./s3.ts";
import { keyPrefix } from "./store.ts";

/** The plan on `s3`, which it closes. */
export function bodiesPlan(options: S3BodiesOptions, s3: S3): SetupPlan {
  return { steps: [lifecycleStep(options, s3)], close: () => s3.close() };
}

function lifecycleStep(options: S3BodiesOptions, s3: S3): SetupStep {
  const { bucket, retention_days: days } = options;
  const title = `lifecycle rule of s3://${bucket}/${keyPrefix(options)}`;
  if (days === undefined) {
    const message = "without bodies.retention_days objects stay; a rule that is there is not touched";
    return { title, examine: async () => ({ state: "skipped", message }), apply: async () => undefined };
  }
  return {
    title: `${title}, objects deleted after ${days} days`,
    examine: (signal) => examine(bucket, ruleOf(options, days), s3, signal),
    apply: async (requests, signal) => {
      for (const { body } of requests) {
        const input = body as PutBucketLifecycleConfigurationCommandInput;
        const answer = await s3.send("PutBucketLifecycleConfiguration", input, signal);
        if (!answer.ok) throw new SetupFault(sentence("s3:PutLifecycleConfiguration", answer));
      }
    },
  };
}

/** In a bucket with versions what has expired would stay as an older version. */
function ruleOf(options: S3BodiesOptions, days: number): LifecycleRule {
  return {
    ID: `mem0-audit-shipper ${keyPrefix(options)}`,
    Status: "Enabled",
    Filter: { Prefix: keyPrefix(options) },
    Expiration: { Days: days },
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  };
}

async function examine(
  bucket: string,
  rule: LifecycleRule,
  s3: S3,
  signal: AbortSignal,
): Promise<SetupState> {
  const found = await s3.send("GetBucketLifecycleConfiguration", { Bucket: bucket }, signal);
  if (!found.ok && found.name !== "NoSuchLifecycleConfiguration")
    return { state: "refused", message: sentence("s3:GetLifecycleConfiguration", found) };
  const { Rules: rules = [], TransitionDefaultMinimumObjectSize } = found.ok ? found.output : {};
  const present = rules.find(({ ID }) => ID === rule.ID);
  if (fulfils(present, rule)) return { state: "present" };
  const others = rules.filter((other) => other !== present);
  const body = {
    Bucket: bucket,
    LifecycleConfiguration: { Rules: [...others, rule] },
    // Otherwise the service would go back to its default, for the rules of others as well.
    ...(TransitionDefaultMinimumObjectSize !== undefined && { TransitionDefaultMinimumObjectSize }),
  } satisfies PutBucketLifecycleConfigurationCommandInput;
  const request: PlannedRequest = { operation: "s3:PutLifecycleConfiguration", body };
  return { state: present === undefined ? "missing" : "different", requests: [request] };
}

function sentence(action: string, failure: Extract<S3Result<unknown>, { ok: false }>): string {
  if (failure.name === "AccessDenied")
    return `AWS does not allow ${action}: allow this action in the IAM policy of the user or role`;
  return `${action} failed: ${obstacleOf(failure).message}`;
}
