/**
 * Goal: a missing right to create an index is found, and nothing is created by the question.
 * Method: a transport that answers as OpenSearch and Elasticsearch do.
 */
import { expect, it } from "vitest";
import { creationObstacle } from "../../../../src/sinks/bulk/dry-create.ts";
import { scriptedTransport, UNREACHABLE } from "../../../support/scripted-transport.ts";

const signal = new AbortController().signal;

function answering(status: number, type: string, reason: string) {
  const body = Buffer.from(JSON.stringify({ error: { type, reason }, status }));
  return scriptedTransport(() => ({ status, headers: {}, body }));
}

it("tells the right that is missing, and what to do", async () => {
  const reason = "no permissions for [indices:admin/create] and User [name=guest]";
  const transport = answering(403, "security_exception", reason);
  expect(await creationObstacle(transport, "a", signal)).toMatch(
    /no permissions for \[indices:admin\/create\].*: give this user the rights/,
  );
});

it.each([
  ["a server that allows it", answering(400, "illegal_argument_exception", "unknown setting [index.a]")],
  [
    "Elasticsearch, where another right may be enough",
    answering(403, "security_exception", "action [indices:admin/create] is unauthorized for user [a]"),
  ],
  ["no answer", scriptedTransport(() => UNREACHABLE)],
])("knows of no obstacle with %s", async (_, transport) => {
  expect(await creationObstacle(transport, "a", signal)).toBeUndefined();
});

it("asks for an index that no server can make", async () => {
  const transport = answering(400, "illegal_argument_exception", "unknown setting");
  await creationObstacle(transport, "a/b", signal);
  const [request] = transport.requests;
  expect(request).toMatchObject({ method: "PUT", path: "/a%2Fb" });
  expect(JSON.parse(String(request?.body))).toMatchObject({
    mappings: { properties: { check: { type: "mem0_audit_shipper_check" } } },
  });
});
