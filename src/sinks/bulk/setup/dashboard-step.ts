/**
 * The step that imports the dashboard into OpenSearch Dashboards or Kibana.
 *
 * Both rewrite what they import, so it is recognised by the definition that its description names. What a person changed
 * stays until the definition changes.
 *
 * Sources: elastic.co "Saved objects import API"; opensearch.org "OpenSearch Dashboards multi-tenancy" for the tenant.
 */
import type { PlannedRequest, SetupState, SetupStep } from "../../setup.ts";
import { type Answer, member, readJson, type SearchRequest, type SearchTransport } from "../answer.ts";
import { objectOf } from "./difference.ts";
import { type SavedObject, savedObjects, toNdjson } from "./saved-objects.ts";
import { type Ask, parseOperation, type StepDefinition, searchStep } from "./step.ts";

/** The web application in front of a search server. */
export interface DashboardProduct {
  readonly product: "OpenSearch Dashboards" | "Kibana";
  /** Sent with every request: both refuse changes without their own header against forged requests. */
  readonly headers: Readonly<Record<string, string>>;
}

export const OPENSEARCH_DASHBOARDS: DashboardProduct = {
  product: "OpenSearch Dashboards",
  // The tenant that all users share; without the security plugin nobody reads it.
  headers: { "osd-xsrf": "true", securitytenant: "global" },
};

export const KIBANA: DashboardProduct = {
  product: "Kibana",
  // Elasticsearch's own media types, which its client asks for, mean nothing here.
  headers: { "kbn-xsrf": "true", accept: "application/json" },
};

export interface DashboardSubject {
  /** Of the index template; makes the ids. */
  readonly name: string;
  /** What the dashboard searches. */
  readonly pattern: string;
}

const IMPORT = "POST /api/saved_objects/_import?overwrite=true";
/** Must not occur in the file; its lines begin with a brace. */
const BOUNDARY = "----mem0-audit-shipper-saved-objects";

/** The step; `transport` leads to the web application. */
export function dashboardStep(
  { name, pattern }: DashboardSubject,
  { product, headers }: DashboardProduct,
  transport: SearchTransport,
): SetupStep {
  const objects = savedObjects(name, pattern);
  const definition: StepDefinition = {
    title: `dashboard "${name}" in ${product}`,
    right: `write saved objects in ${product}`,
    examine: (ask) => examine(objects, product, ask),
  };
  const withHeaders: SearchTransport = {
    send: (request, signal) =>
      transport.send({ ...request, headers: { ...request.headers, ...headers } }, signal),
    close: () => transport.close(),
  };
  return searchStep(definition, withHeaders, {
    encode: importRequest,
    complaint: (answer) => complaintOf(answer, product),
  });
}

async function examine(objects: readonly SavedObject[], product: string, ask: Ask): Promise<SetupState> {
  const found: unknown[] = [];
  for (const { type, id } of objects) {
    const finding = await ask(`/api/saved_objects/${type}/${encodeURIComponent(id)}`);
    if (finding.outcome === "unsupported") return { state: "skipped", message: byHand(product) };
    if (finding.outcome === "found") found.push(finding.body);
  }
  const described = found.map((object) => member(member(object, "attributes"), "description"));
  const isCurrent = objects
    .filter(({ type }) => type === "dashboard")
    .every(({ attributes }) => described.includes(attributes["description"]));
  if (found.length === objects.length && isCurrent) return { state: "present" };
  const requests = [{ operation: IMPORT, body: objects }];
  return { state: found.length === 0 ? "missing" : "different", requests };
}

function byHand(product: string): string {
  return `this ${product} does not say which objects it has: import deploy/dashboards/mem0-audit-logs.ndjson by hand`;
}

/** The objects as the form that a browser would send with the file. */
function importRequest({ operation, body }: PlannedRequest): SearchRequest {
  const form = [
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="file"; filename="mem0-audit-logs.ndjson"',
    "Content-Type: application/ndjson",
    "",
    toNdjson(body as readonly SavedObject[]),
    `--${BOUNDARY}--`,
    "",
  ];
  return {
    ...parseOperation(operation),
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
    body: Buffer.from(form.join("\r\n")),
  };
}

/** An import may fail for single objects inside of a 200. */
function complaintOf(answer: Answer, product: string): string | undefined {
  if (answer.status === 404) return `${product} is not at this address: check setup.dashboards`;
  const result = readJson(answer.body);
  if (answer.status !== 200 || member(result, "success") === true) return undefined;
  const errors = member(result, "errors");
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  if (first === undefined) return `${product} did not answer in its own format: check setup.dashboards`;
  const { id, error } = objectOf(first);
  const reason = member(error, "message") ?? member(error, "type") ?? "unknown";
  return `${product} did not take ${String(id)} (${String(reason)}): import deploy/dashboards/mem0-audit-logs.ndjson by hand to see more`;
}
