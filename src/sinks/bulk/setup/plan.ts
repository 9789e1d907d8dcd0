/** The plan of `setup` for a search server, in the order in which its steps need one another. */
import type { SetupPlan } from "../../setup.ts";
import type { SearchTransport } from "../answer.ts";
import type { IndexName } from "../index-name.ts";
import type { IndexTemplate } from "../template.ts";
import { aliasStep } from "./alias-step.ts";
import { type DashboardProduct, dashboardStep } from "./dashboard-step.ts";
import { type StepDefinition, searchStep, skippedStep } from "./step.ts";
import { type TemplateLifecycle, templateStep } from "./template-step.ts";

export interface SearchSetupSubject {
  readonly index: IndexName;
  readonly template: IndexTemplate;
  /** False if the configuration says `template: off`. */
  readonly ownsTemplate: boolean;
  /** What makes the policy by which indices are deleted. */
  readonly policy: StepDefinition | undefined;
  /** How new indices come to follow it, where that stands in their template. */
  readonly lifecycle: TemplateLifecycle | undefined;
  /** The web application that gets a dashboard, and the way to it. */
  readonly dashboards:
    | { readonly product: DashboardProduct; readonly transport: SearchTransport }
    | undefined;
}

/** Makes the plan; it closes the transports. */
export function searchSetupPlan(subject: SearchSetupSubject, transport: SearchTransport): SetupPlan {
  const { index, template, policy, dashboards } = subject;
  const alias = index.pattern.includes("*") ? template.name : undefined;
  const definitions = [
    policy,
    subject.ownsTemplate
      ? templateStep({ ...subject, alias })
      : skippedStep(`index template "${template.name}"`, "template: off says that it comes from elsewhere"),
    alias === undefined ? undefined : aliasStep(index, alias),
  ];
  const steps = definitions
    .filter((definition) => definition !== undefined)
    .map((definition) => searchStep(definition, transport));
  if (dashboards === undefined) return { steps, close: () => transport.close() };
  const shown = { name: template.name, pattern: index.pattern };
  return {
    steps: [...steps, dashboardStep(shown, dashboards.product, dashboards.transport)],
    close: async () => {
      await Promise.all([transport.close(), dashboards.transport.close()]);
    },
  };
}
