/**
 * Goal: options that all search servers share say what is wrong with a value.
 * Method: a kind of sink made of nothing else.
 */
import { expect, it } from "vitest";
import { z } from "zod";
import {
  checkDataStream,
  dataStream,
  endpoints,
  index,
  requestTimeout,
  template,
} from "../../../../src/sinks/bulk/options.ts";

const options = z
  .strictObject({ endpoints, index, template, data_stream: dataStream, request_timeout: requestTimeout })
  .check(checkDataStream);

function problemsOf(values: object): string[] {
  const result = options.safeParse({ endpoints: ["https://a:9200"], ...values });
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

it("has defaults", () => {
  expect(options.parse({ endpoints: ["http://a"] })).toEqual({
    endpoints: ["http://a"],
    index: "mem0-audit-logs-{yyyy.MM.dd}",
    template: "auto",
    data_stream: false,
    request_timeout: 60_000,
  });
});

it.each([
  [{ endpoints: ["a:9200"] }, /^endpoints.0: expected a URL/],
  [{ endpoints: [] }, /^endpoints:/],
  [{ endpoints: ["http://a", "http://a/"] }, /^endpoints: expected each server once/],
  [{ index: "Logs" }, /^index: expected the lower-case name/],
  [
    { data_stream: true },
    /^index: expected the name of a data stream without a day.*found "mem0-audit-logs-/,
  ],
])("refuses %j", (values, problem) => {
  expect(problemsOf(values)).toEqual([expect.stringMatching(problem)]);
});

it("does not take addresses that are none for one server", () => {
  const endpoints = ["opensearch:9200", "htp://a:1", "no address", "no address", "http://a", "https://a"];
  expect(problemsOf({ endpoints })).toEqual(
    [0, 1, 2, 3].map((at) => `endpoints.${at}: expected a URL like https://search:9200`),
  );
});

it("finds a server named twice among addresses that are none", () => {
  expect(problemsOf({ endpoints: ["a:9200", "http://a", "http://A:80/"] })).toEqual([
    expect.stringMatching(/^endpoints.0: expected a URL/),
    expect.stringMatching(/^endpoints: expected each server once/),
  ]);
});

it("takes a data stream", () => {
  expect(problemsOf({ data_stream: true, index: "logs-mem0.audit-prod" })).toEqual([]);
});
