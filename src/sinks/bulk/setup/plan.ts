/** The plan of `setup` for a search server, in the order in which its steps need one another. */
import type { SetupPlan } from "../../setup.ts";
import type { SearchTransport } from "../answer.ts";
import type { Flavour } from "../flavour.ts";
import { parseIndexName } from "../index-name.ts";
import { indexTemplate } from "../template.ts";
import { aliasStep } from "./alias-step.ts";
import { type DashboardProduct, dashboardStep } from "./dashboard-step.ts";
import type { SearchSetupOptions } from "./options.ts";
import type { Retention, RetentionSubject } from "./retention.ts";
import { onRightProduct } from "./right-product.ts";
import { searchStep, skippedStep } from "./step.ts";
import { templateStep } from "./template-step.ts";

/** What decides on the plan, of the options of a sink. */
export interface PlanOptions {
  readonly index: string;
  readonly template: "auto" | "off";
  readonly data_stream: boolean;
  readonly setup: SearchSetupOptions;
}

/** Where the products differ. */
export interface SetupProduct {
  readonly flavour: Flavour;
  readonly dashboards: DashboardProduct;
  /** How this server deletes indices. */
  retention(subject: RetentionSubject): Retention;
  /** The way to the search server, or with its credentials to the web application at this address. */
  transportTo(address?: string): SearchTransport;
}

/** Makes the plan. Nothing is sent yet. */
export function searchSetupPlan(options: PlanOptions, product: SetupProduct): SetupPlan {
  const { retention: retentionMs, dashboards: address } = options.setup;
  const isDataStream = options.data_stream;
  const index = parseIndexName(options.index);
  const template = indexTemplate(index, product.flavour.flatObject, isDataStream);
  const subject = { name: template.name, pattern: index.pattern };
  const alias = index.pattern.includes("*") ? template.name : undefined;
  const retention =
    retentionMs === undefined ? undefined : product.retention({ ...subject, retentionMs, isDataStream });

  const definitions = [
    retention?.policy,
    options.template === "auto"
      ? templateStep({ template, alias, lifecycle: retention?.lifecycle })
      : skippedStep(`index template "${template.name}"`, "template: off says that it comes from elsewhere"),
    alias === undefined ? undefined : aliasStep(index, alias),
  ].filter((definition) => definition !== undefined);
  const server = product.transportTo();
  const ownSteps = definitions.map((definition) => searchStep(definition, server));
  const steps = onRightProduct(ownSteps, server, product.flavour);
  if (address === undefined) return { steps, close: () => server.close() };

  const application = product.transportTo(address);
  return {
    steps: [...steps, dashboardStep(subject, product.dashboards, application)],
    close: async () => {
      await Promise.all([server.close(), application.close()]);
    },
  };
}
