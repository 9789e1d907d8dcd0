/**
 * Goal: the sink that a configuration makes sends what the configuration says.
 * Method: a fake server.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { requestLine } from "../../../support/documents.ts";
import { type FakeOpenSearch, reply, startFakeOpenSearch } from "../../../support/fake-opensearch.ts";
import { deliverLines, openSearchSink } from "../../../support/opensearch-sink.ts";

let server: FakeOpenSearch;
const signal = new AbortController().signal;

beforeEach(async () => {
  server = await startFakeOpenSearch();
});
afterEach(() => server.close());

it("puts a template with OpenSearch's own type for objects, unless it is off", async () => {
  const sink = await openSearchSink({ endpoints: [server.url] });
  expect(await sink.open(signal)).toEqual({ outcome: "ready" });
  expect(server.requests.at(-1)).toMatchObject({
    method: "PUT",
    body: expect.stringContaining('"flat_object"'),
  });
  await sink.close();

  const without = await openSearchSink({ endpoints: [server.url], template: "off" });
  const asked = server.requests.length;
  expect(await without.open(signal)).toEqual({ outcome: "ready" });
  expect(server.requests.slice(asked).map(({ url }) => url.pathname)).toEqual(["/"]);
});

it("delivers with credentials, to the configured index, compressed", async () => {
  const sink = await openSearchSink({
    endpoints: [server.url.replace("//", "//me:secret@")],
    index: "audit-{yyyy}",
    compression: "gzip",
  });
  expect(await deliverLines(sink, "audit-2026-04-03.jsonl", [requestLine()])).toEqual({ outcome: "stored" });
  expect([...server.documents.keys()]).toEqual([expect.stringMatching(/^audit-2026\/[\w-]{22}-0$/)]);
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from("me:secret").toString("base64")}`,
    "content-encoding": "gzip",
  });
  await sink.close();
});

it("never tells a password", async () => {
  const sink = await openSearchSink({ endpoints: [server.url.replace("//", "//me:secret@")] });
  server.misbehave = (_, response) => reply(response, 401, {});
  const reports = [
    await sink.open(signal),
    await deliverLines(sink, "a.jsonl", [requestLine()]),
    await sink.probe(signal),
  ];
  await server.close();
  reports.push(await sink.open(signal), await sink.probe(signal));
  expect(JSON.stringify(reports)).not.toContain("secret");
  await sink.close();
});

it("takes the limits of the configuration", async () => {
  const batch = { max_bytes: "1MiB", max_records: 7, max_wait: "1s" };
  const sink = await openSearchSink({ endpoints: [server.url], batch, max_in_flight: 5 });
  expect(sink.limits).toEqual({ recordsMax: 7, bytesMax: 1_048_576, waitMsMax: 1000, inFlightMax: 5 });
  await sink.close();
});
