/**
 * Goal: a Cloud ID becomes the address of Elasticsearch, and nothing else passes for one.
 * Method: IDs as Elastic Cloud makes them.
 */
import { expect, it } from "vitest";
import { cloudEndpoint, cloudIdProblem } from "../../../../src/sinks/elasticsearch/cloud-id.ts";

const cloudId = (name: string, address: string) => `${name}:${Buffer.from(address).toString("base64")}`;

it.each([
  [
    "us-east-1.aws.found.io$cec6f261a74bf24ce33bb8811b84294f$c6c2ca6d",
    "https://cec6f261a74bf24ce33bb8811b84294f.us-east-1.aws.found.io",
  ],
  ["eu.cloud.es.io:9243$abc$", "https://abc.eu.cloud.es.io:9243"],
  ["eu.cloud.es.io$abc", "https://abc.eu.cloud.es.io"],
])("leads to %s", (address, endpoint) => {
  expect(cloudIdProblem(cloudId("My deployment", address))).toBeUndefined();
  expect(cloudEndpoint(cloudId("My deployment", address))).toBe(endpoint);
});

it.each([
  "",
  "name",
  "name:",
  "name:not base64",
  cloudId("name", "host"),
  cloudId("name", "$id"),
  cloudId("name", "host$"),
  cloudId("name", "evil/path?$id"),
  cloudId("name", "host$id@elsewhere/"),
])("%j is none", (text) => {
  expect(cloudIdProblem(text)).toMatch(/^expected the Cloud ID/);
});
