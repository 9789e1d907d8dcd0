/** What `setup` makes in OpenSearch. */
import { OPENSEARCH } from "../bulk/flavour.ts";
import { OPENSEARCH_DASHBOARDS } from "../bulk/setup/dashboard-step.ts";
import { searchSetupPlan } from "../bulk/setup/plan.ts";
import { ismRetention } from "../bulk/setup/retention.ts";
import { skippedStep } from "../bulk/setup/step.ts";
import type { SetupPlan } from "../setup.ts";
import type { SinkContext } from "../table.ts";
import type { OpenSearchOptions } from "./options.ts";
import { OpenSearchTransport } from "./transport.ts";

/** Serverless keeps retention outside of the collection. */
const SERVERLESS_RETENTION = {
  policy: skippedStep(
    "retention",
    "OpenSearch Serverless has no ISM: make a data lifecycle policy in AWS, for a time series collection",
  ),
  lifecycle: undefined,
};

/** Makes the plan. Nothing is sent yet. */
export async function openSearchSetup(
  options: OpenSearchOptions,
  { clock }: SinkContext,
): Promise<SetupPlan> {
  const isServerless = options.auth?.sigv4?.service === "aoss";
  return searchSetupPlan(options, {
    flavour: OPENSEARCH,
    dashboards: OPENSEARCH_DASHBOARDS,
    retention: (subject) => (isServerless ? SERVERLESS_RETENTION : ismRetention(subject)),
    transportTo: (address) => {
      const endpoints = address === undefined ? options.endpoints : [address];
      return new OpenSearchTransport({ ...options, endpoints }, clock);
    },
  });
}
