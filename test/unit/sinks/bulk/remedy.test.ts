/**
 * Goal: there is always advice, the most specific there is.
 * Method: a type that is known, a status that is known, neither; then the sentences of AWS.
 */
import { expect, it } from "vitest";
import { remedyFor } from "../../../../src/sinks/bulk/remedy.ts";

it.each([
  ["index_closed_exception", 400, /open the index/],
  ["unknown", 401, /auth/],
  ["unknown", 418, /server's log/],
])("for %s and %s", (type, status, advice) => {
  expect(remedyFor(type, status)).toMatch(advice);
});

it.each([
  ["Credential should be scoped to a valid region, not 'eu-west-1'. ", /sigv4\.region/],
  ["Credential should be scoped to correct service: 'es'. ", /sigv4\.service/],
  ["The security token included in the request is expired", /renew the AWS credentials/],
  ["The security token included in the request is invalid.", /renew the AWS credentials/],
  ["Signature expired: 20260403T000000Z is now earlier than 20260403T001000Z", /NTP/],
  ["The request signature we calculated does not match the signature you provided.", /secret access key/],
  ["User: arn:aws:iam::1:role/a is not authorized to perform: es:ESHttpPost", /in IAM/],
  ["User: anonymous is not authorized to perform: es:ESHttpPost", /sigv4/],
  ["Missing Authentication Token", /sigv4/],
  ["403 Forbidden", /data access policy/],
  ["no permissions for [indices:data/write/bulk]", /give this user the rights/],
])("for the reason %s", (reason, advice) => {
  expect(remedyFor("message", 403, reason)).toMatch(advice);
});
