/**
 * Goal: the least configuration is enough, and mistakes are told where they are made.
 * Method: parsing.
 */
import { describe, expect, it } from "vitest";
import { elasticsearchOptions, endpointsOf } from "../../../../src/sinks/elasticsearch/options.ts";

const endpoints = ["https://elasticsearch:9200"];
const cloud_id = `name:${Buffer.from("eu.cloud.es.io$abc$def").toString("base64")}`;
const fingerprint = "ab".repeat(32);

describe("the options of a sink of type elasticsearch", () => {
  it("have defaults for all but the server", () => {
    expect(elasticsearchOptions.parse({ endpoints })).toMatchObject({
      index: "mem0-audit-logs-{yyyy.MM.dd}",
      template: "auto",
      data_stream: false,
      batch: { max_bytes: 5 * 1024 * 1024, max_records: 5000, max_wait: 200 },
      max_in_flight: 2,
      compression: "none",
      request_timeout: 60_000,
      tls: { verify: true, ca_fingerprint: "" },
    });
  });

  it("name the server by its addresses or by its Cloud ID", () => {
    expect(endpointsOf(elasticsearchOptions.parse({ endpoints }))).toEqual(endpoints);
    expect(endpointsOf(elasticsearchOptions.parse({ cloud_id }))).toEqual(["https://abc.eu.cloud.es.io"]);
  });

  it.each([
    { auth: { api_key: "id:secret" } },
    { auth: { bearer: "token" } },
    { tls: { ca_fingerprint: fingerprint } },
    { tls: { ca_fingerprint: fingerprint.toUpperCase().replace(/..(?!$)/g, "$&:") } },
    { data_stream: true, index: "logs-mem0.audit-prod" },
  ])("take %j", (configuration) => {
    expect(elasticsearchOptions.safeParse({ endpoints, ...configuration }).error).toBeUndefined();
  });

  it.each([
    [{}, "", /either endpoints or cloud_id, found neither/],
    [{ endpoints, cloud_id }, "", /either endpoints or cloud_id, found both/],
    [{ cloud_id: "name" }, "cloud_id", /expected the Cloud ID/],
    [{ endpoints: ["elasticsearch:9200"] }, "endpoints.0", /expected a URL/],
    [{ endpoints, auth: { sigv4: {} } }, "auth", /Unrecognized key/],
    [{ endpoints, auth: { api_key: "a", bearer: "b" } }, "auth", /found 2/],
    [{ endpoints, data_stream: true }, "index", /without a day/],
    [{ endpoints, tls: { ca_fingerprint: "abc" } }, "tls.ca_fingerprint", /64 hexadecimal digits/],
    [
      { endpoints, tls: { ca_fingerprint: fingerprint, ca_file: "a.pem" } },
      "tls.ca_fingerprint",
      /without ca_file/,
    ],
    [
      { endpoints, tls: { ca_fingerprint: fingerprint, verify: false } },
      "tls.ca_fingerprint",
      /without verify: false/,
    ],
  ])("refuse %j at %s", (configuration, path, message) => {
    const { error } = elasticsearchOptions.safeParse(configuration);
    expect(error?.issues.map((issue) => [issue.path.join("."), issue.message])).toContainEqual([
      path,
      expect.stringMatching(message),
    ]);
  });
});
