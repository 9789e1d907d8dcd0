/**
 * Goal: addresses of AWS tell region and service, all others nothing.
 * Method: addresses as AWS documents them, and some that only look like them.
 */
import { expect, it } from "vitest";
import { awsPlace } from "../../../../src/sinks/opensearch/aws-place.ts";

it.each([
  ["https://search-a-b1.us-west-2.es.amazonaws.com", { region: "us-west-2", service: "es" }],
  ["https://abc123.eu-central-1.aoss.amazonaws.com:443", { region: "eu-central-1", service: "aoss" }],
  ["https://vpc-a-b1.cn-north-1.es.amazonaws.com.cn", { region: "cn-north-1", service: "es" }],
  ["https://opensearch.example.com", undefined],
  ["https://a.us-east-1.es.amazonaws.com.example.com", undefined],
  ["nonsense", undefined],
])("%s is at %j", (endpoint, place) => {
  expect(awsPlace(endpoint)).toEqual(place);
});
