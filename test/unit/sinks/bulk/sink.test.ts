/**
 * Goal: one payload becomes one request, plain or compressed.
 * Method: a transport that remembers what it was asked.
 */
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Answer, NoAnswer } from "../../../../src/sinks/bulk/answer.ts";
import { ELASTICSEARCH, type Flavour, OPENSEARCH } from "../../../../src/sinks/bulk/flavour.ts";
import { parseIndexName } from "../../../../src/sinks/bulk/index-name.ts";
import { BulkSink, type BulkSinkSettings } from "../../../../src/sinks/bulk/sink.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { batchOf, requestLine } from "../../../support/documents.ts";
import { deliverLines } from "../../../support/opensearch-sink.ts";
import { answerOf } from "../../../support/recorded-answers.ts";
import { scriptedTransport, UNREACHABLE } from "../../../support/scripted-transport.ts";

const settings: BulkSinkSettings = {
  limits: { recordsMax: 100, bytesMax: 100_000, waitMsMax: 200, inFlightMax: 2 },
  index: parseIndexName("logs-{yyyy.MM.dd}"),
  dataStream: false,
  documentIds: true,
  template: undefined,
  compression: "none",
  labels: {},
  flavour: OPENSEARCH,
};
const signal = new AbortController().signal;
const CREATED = answerOf(200, { errors: false, items: [{ create: { status: 201 } }] });

describe("a sink of the bulk protocol", () => {
  it("sends a payload as one request to its index", async () => {
    const transport = scriptedTransport(() => CREATED);
    const sink = new BulkSink(settings, transport, systemClock);
    expect(await deliverLines(sink, "audit-2026-04-03.jsonl", [requestLine()])).toEqual({
      outcome: "stored",
    });
    expect(transport.requests).toMatchObject([
      {
        method: "POST",
        path: "/logs-2026.04.03/_bulk",
        query: {
          filter_path: "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.failure_store",
        },
        headers: { "content-type": "application/x-ndjson" },
      },
    ]);
  });

  it("compresses what it sends", async () => {
    const bodies: Buffer[] = [];
    const transport = scriptedTransport(({ body, headers }) => {
      expect(headers).toMatchObject({ "content-encoding": "gzip" });
      bodies.push(gunzipSync(body ?? ""));
      return CREATED;
    });
    const sink = new BulkSink({ ...settings, compression: "gzip" }, transport, systemClock);
    const batch = batchOf(sink.payloadBuilder(), "audit-2026-04-03.jsonl", [requestLine()]);
    if (batch.payload === undefined) throw new Error("no payload");
    await sink.deliver(batch.payload, batch, new AbortController().signal);
    expect(bodies[0]?.toString().split("\n")).toHaveLength(3);
    expect(bodies[0]?.length).toBe(batch.payload.bytes);
  });

  it("reports what keeps it from being answered", async () => {
    const sink = new BulkSink(
      settings,
      scriptedTransport(() => UNREACHABLE),
      systemClock,
    );
    const report = await deliverLines(sink, "audit-2026-04-03.jsonl", [requestLine()]);
    expect(report).toMatchObject({ outcome: "unavailable", reason: "network" });
  });

  it("sends documents without ids where the server takes none; they carry theirs", async () => {
    const transport = scriptedTransport(() => CREATED);
    const sink = new BulkSink({ ...settings, documentIds: false }, transport, systemClock);
    await deliverLines(sink, "audit-2026-04-03.jsonl", [requestLine()]);
    const [action, document] = transport.requests[0]?.body?.toString().split("\n") ?? [];
    expect(action).toBe('{"create":{}}');
    expect(JSON.parse(document ?? "")).toMatchObject({
      event: { kind: "request", id: expect.stringMatching(/^[\w-]{22}-0$/) },
    });
  });

  describe("at start", () => {
    const ROOT = { version: { distribution: "opensearch", number: "3.8.0" } };

    it("asks only what the server is if it has no template to put", async () => {
      const transport = scriptedTransport(() => answerOf(200, ROOT));
      const sink = new BulkSink(settings, transport, systemClock);
      expect(await sink.open(signal)).toEqual({ outcome: "ready" });
      expect(transport.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /"]);
    });

    it("is blocked before the other product", async () => {
      const sink = (flavour: Flavour, answer: Answer) =>
        new BulkSink(
          { ...settings, flavour },
          scriptedTransport(() => answer),
          systemClock,
        );
      expect(await sink(ELASTICSEARCH, answerOf(200, ROOT)).open(signal)).toEqual({
        outcome: "blocked",
        reason: "wrong_product",
        message: "this is OpenSearch 3.8.0, not Elasticsearch: write type: opensearch",
      });
      const refusal = answerOf(405, {}, { "x-elastic-product": "Elasticsearch" });
      expect(await sink(OPENSEARCH, refusal).open(signal)).toMatchObject({
        outcome: "blocked",
        message: "this is Elasticsearch, not OpenSearch: write type: elasticsearch",
      });
    });

    it("waits for a server that is not there, and is content with one that does not tell", async () => {
      const open = (answer: Answer | NoAnswer) =>
        new BulkSink(
          settings,
          scriptedTransport(() => answer),
          systemClock,
        ).open(signal);
      expect(await open(UNREACHABLE)).toMatchObject({ outcome: "unavailable", reason: "network" });
      expect(await open(answerOf(503))).toMatchObject({ outcome: "unavailable", reason: "http_503" });
      for (const status of [401, 403, 404, 500]) {
        expect(await open(answerOf(status))).toEqual({ outcome: "ready" });
      }
    });

    it.each([
      ["knows how", 200, { include_source_on_error: "false" }],
      ["does not know it", 400, {}],
    ])("lets Elasticsearch keep documents out of errors if it %s", async (_, status, expected) => {
      const transport = scriptedTransport(({ query }) =>
        query?.["require_alias"] === undefined ? CREATED : answerOf(status, {}),
      );
      const sink = new BulkSink({ ...settings, flavour: ELASTICSEARCH }, transport, systemClock);
      await sink.open(signal);
      await deliverLines(sink, "audit-2026-04-03.jsonl", [requestLine()]);
      const [, question, bulk] = transport.requests;
      expect(question).toMatchObject({ query: { include_source_on_error: "false", require_alias: "true" } });
      expect(bulk?.query).toEqual({ filter_path: expect.any(String), ...expected });
    });
  });

  it("probes the index of today", async () => {
    const transport = scriptedTransport(({ path }) =>
      answerOf(path === "/" ? 200 : 404, { version: { distribution: "opensearch", number: "3.0.0" } }),
    );
    const clock = { ...systemClock, nowMs: () => Date.parse("2026-04-03T23:59:00Z") };
    await new BulkSink(settings, transport, clock).probe(new AbortController().signal);
    expect(transport.requests.map(({ path }) => path)).toContain("/logs-2026.04.03/_bulk");
  });
});
