/**
 * Goal: the sink that a configuration makes sends what the configuration says.
 * Method: a fake server.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Sink } from "../../../../src/sinks/sink.ts";
import { requestLine } from "../../../support/documents.ts";
import { elasticsearchSink } from "../../../support/elasticsearch-sink.ts";
import {
  ELASTICSEARCH,
  type FakeOpenSearch,
  reply,
  startFakeOpenSearch,
} from "../../../support/fake-opensearch.ts";
import { deliverLines } from "../../../support/opensearch-sink.ts";

let server: FakeOpenSearch;
let sink: Sink;
const signal = new AbortController().signal;

beforeEach(async () => {
  server = await startFakeOpenSearch(undefined, ELASTICSEARCH);
});
afterEach(async () => {
  await sink.close();
  await server.close();
});

it("puts a template with Elasticsearch's own type for objects, without shards", async () => {
  sink = await elasticsearchSink({ endpoints: [server.url] });
  expect(await sink.open(signal)).toEqual({ outcome: "ready" });
  const put = server.requests.find(({ method }) => method === "PUT");
  expect(put?.url.pathname).toBe("/_index_template/mem0-audit-logs");
  expect(JSON.parse(put?.body ?? "")).toMatchObject({
    index_patterns: ["mem0-audit-logs-*"],
    template: { mappings: { properties: { labels: { type: "flattened" } } } },
  });
  expect(put?.body).not.toMatch(/settings|data_stream/);
});

it("delivers into a data stream, with ids", async () => {
  sink = await elasticsearchSink({ endpoints: [server.url], index: "audit", data_stream: true });
  expect(await sink.open(signal)).toEqual({ outcome: "ready" });
  const put = server.requests.find(({ method }) => method === "PUT");
  expect(JSON.parse(put?.body ?? "")).toMatchObject({ index_patterns: ["audit"], data_stream: {} });
  for (const name of ["audit-2026-04-03.jsonl", "audit-2026-04-04.jsonl", "audit.jsonl"])
    expect(await deliverLines(sink, name, [requestLine()])).toEqual({ outcome: "stored" });
  expect([...server.documents.keys()]).toEqual(Array(3).fill(expect.stringMatching(/^audit\/[\w-]{22}-0$/)));
});

it("keeps documents out of errors, which the server says it can", async () => {
  sink = await elasticsearchSink({ endpoints: [server.url], template: "off" });
  await sink.open(signal);
  await deliverLines(sink, "a.jsonl", [requestLine()]);
  expect(server.requests.at(-1)?.url.searchParams.get("include_source_on_error")).toBe("false");
});

it("never tells a password", async () => {
  sink = await elasticsearchSink({ endpoints: [server.url.replace("//", "//me:secret@")] });
  server.misbehave = (_, response) => reply(response, 401, {});
  const reports = [
    await sink.open(signal),
    await deliverLines(sink, "a.jsonl", [requestLine()]),
    await sink.probe(signal),
  ];
  await server.close();
  reports.push(await sink.open(signal), await sink.probe(signal));
  expect(JSON.stringify(reports)).not.toContain("secret");
});
