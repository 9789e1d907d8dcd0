/** What `setup` makes in OpenSearch. */
import { parseIndexName } from "../bulk/index-name.ts";
import { OPENSEARCH_DASHBOARDS } from "../bulk/setup/dashboard-step.ts";
import { searchSetupPlan } from "../bulk/setup/plan.ts";
import { ismStep, type RetentionSubject } from "../bulk/setup/retention.ts";
import { skippedStep } from "../bulk/setup/step.ts";
import { indexTemplate } from "../bulk/template.ts";
import type { SetupPlan } from "../setup.ts";
import type { SinkContext } from "../table.ts";
import type { OpenSearchOptions } from "./options.ts";
import { OpenSearchTransport } from "./transport.ts";

/** Makes the plan. Nothing is sent yet. */
export async function openSearchSetup(
  options: OpenSearchOptions,
  { clock }: SinkContext,
): Promise<SetupPlan> {
  const index = parseIndexName(options.index);
  const template = indexTemplate(index, "flat_object");
  const policy = policyStep(options, {
    name: template.name,
    pattern: index.pattern,
    isDataStream: false,
  });
  const { dashboards } = options.setup;
  const transportTo = (endpoints: string[]) => new OpenSearchTransport({ ...options, endpoints }, clock);
  return searchSetupPlan(
    {
      index,
      template,
      ownsTemplate: options.template === "auto",
      policy,
      lifecycle: undefined,
      dashboards:
        dashboards === undefined
          ? undefined
          : { product: OPENSEARCH_DASHBOARDS, transport: transportTo([dashboards]) },
    },
    transportTo(options.endpoints),
  );
}

/** Serverless keeps retention outside of the collection. */
function policyStep(options: OpenSearchOptions, subject: Omit<RetentionSubject, "retentionMs">) {
  const retentionMs = options.setup.retention;
  if (retentionMs === undefined) return undefined;
  return options.auth?.sigv4?.service === "aoss"
    ? skippedStep(
        "retention",
        "OpenSearch Serverless has no ISM: make a data lifecycle policy in AWS, for a time series collection",
      )
    : ismStep({ ...subject, retentionMs });
}
