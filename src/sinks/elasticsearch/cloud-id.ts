/**
 * The option `cloud_id`: `name:base64("host[:port]$elasticsearch id$kibana id")`, as Elastic Cloud shows it for a deployment.
 */
import assert from "node:assert/strict";

/** Why `text` cannot be a `cloud_id`; undefined if it can. */
export function cloudIdProblem(text: string): string | undefined {
  return endpointOf(text) === undefined
    ? "expected the Cloud ID of a deployment, as Elastic Cloud shows it: a name, a colon, and an encoded address"
    : undefined;
}

/** The address of Elasticsearch in a `cloud_id` that has no problem. */
export function cloudEndpoint(cloudId: string): string {
  const endpoint = endpointOf(cloudId);
  assert(endpoint !== undefined);
  return endpoint;
}

function endpointOf(text: string): string | undefined {
  const encoded = text.slice(text.lastIndexOf(":") + 1);
  const [host = "", id = ""] = Buffer.from(encoded, "base64").toString().split("$");
  if (!/^[\w.-]+(?::\d+)?$/.test(host) || !/^[\w-]+$/.test(id)) return undefined;
  const endpoint = `https://${id}.${host}`;
  return URL.canParse(endpoint) ? endpoint : undefined;
}
