/**
 * Goal: the least configuration is enough, and mistakes are told where they are made.
 * Method: parsing.
 */
import { describe, expect, it } from "vitest";
import { openSearchOptions } from "../../../../src/sinks/opensearch/options.ts";

const endpoints = ["https://opensearch:9200"];

describe("the options of a sink of type opensearch", () => {
  it("have defaults for all but the endpoints", () => {
    expect(openSearchOptions.parse({ endpoints })).toMatchObject({
      index: "mem0-audit-logs-{yyyy.MM.dd}",
      template: "auto",
      batch: { max_bytes: 5 * 1024 * 1024, max_records: 5000, max_wait: 200 },
      max_in_flight: 2,
      compression: "none",
      request_timeout: 60_000,
      tls: { verify: true },
    });
  });

  it.each([
    [{}, "endpoints"],
    [{ endpoints: [] }, "endpoints"],
    [{ endpoints: ["opensearch:9200"] }, "endpoints"],
    [{ endpoints: ["ftp://opensearch"] }, "endpoints"],
    [{ endpoints: ["http://a:1", "http://a:1/"] }, "endpoints"],
    [{ endpoints, index: "Logs" }, "index"],
    [{ endpoints, template: "always" }, "template"],
    [{ endpoints, auth: { username: "a" } }, "auth"],
    [{ endpoints, request_timeout: "0s" }, "request_timeout"],
  ])("refuse %j at %s", (configuration, key) => {
    const { error } = openSearchOptions.safeParse(configuration);
    expect(error?.issues.map(({ path }) => path[0])).toEqual([key]);
  });

  it.each([
    [{ serverless_collection: "search" }, ["serverless_collection"], /service: aoss/],
    [
      { serverless_collection: "time_series", auth: { sigv4: { service: "es" } } },
      ["serverless_collection"],
      /service: aoss/,
    ],
    [
      { data_stream: true, index: "audit", auth: { sigv4: { service: "aoss" } } },
      ["data_stream"],
      /no data streams/,
    ],
    [{ data_stream: true }, ["index"], /without a day/],
    [
      { endpoints: ["https://a.eu-west-1.es.amazonaws.com"], auth: { sigv4: { service: "aoss" } } },
      ["auth", "sigv4", "service"],
      "expected es, which the endpoint names, found aoss",
    ],
    [
      { endpoints: ["https://a.eu-west-1.es.amazonaws.com"], auth: { sigv4: { region: "us-east-1" } } },
      ["auth", "sigv4", "region"],
      "expected eu-west-1, which the endpoint names, found us-east-1",
    ],
  ])("refuse %j, which does not go together", (configuration, path, message) => {
    const { error } = openSearchOptions.safeParse({ endpoints, ...configuration });
    expect(error?.issues).toEqual([
      expect.objectContaining({ path, message: expect.stringMatching(message) }),
    ]);
  });

  it.each([
    { auth: { sigv4: {} } },
    { auth: { sigv4: { service: "aoss" } }, serverless_collection: "time_series" },
    { auth: { bearer: "token" } },
    { auth: { api_key: "key" } },
    { data_stream: true, index: "mem0-audit-logs" },
    { endpoints: ["https://a.eu-west-1.aoss.amazonaws.com"], auth: { sigv4: { service: "aoss" } } },
  ])("take %j", (configuration) => {
    expect(openSearchOptions.safeParse({ endpoints, ...configuration }).error).toBeUndefined();
  });

  it("refuse what they do not know", () => {
    expect(openSearchOptions.safeParse({ endpoints, bulk: 1 }).error?.issues).toMatchObject([
      { keys: ["bulk"] },
    ]);
  });
});
