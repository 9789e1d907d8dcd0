/** Finds out whether an index could be created, without creating one. */
import { type SearchTransport, serverError } from "./answer.ts";
import { obstacle } from "./refusal.ts";

/** Refused by every server that allows to create the index at all: it has no such setting and no such type. */
const IMPOSSIBLE_INDEX = {
  settings: { mem0_audit_shipper_check: true },
  mappings: { properties: { check: { type: "mem0_audit_shipper_check" } } },
};

/** OpenSearch's security plugin; in Elasticsearch another right than this is enough for an index that makes itself. */
const MISSING_RIGHT = /no permissions for \[indices:admin\/create\]/;

/** Why this user may not create the index, and what to do; undefined if nothing is known to be in the way. */
export async function creationObstacle(
  transport: SearchTransport,
  index: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await transport.send(
    {
      method: "PUT",
      path: `/${encodeURIComponent(index)}`,
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(IMPOSSIBLE_INDEX)),
    },
    signal,
  );
  if (answer.status !== 403 || !MISSING_RIGHT.test(serverError(answer)?.reason ?? "")) return undefined;
  return obstacle(answer, 0).message;
}
