/**
 * Goal: one payload becomes one request, plain or compressed.
 * Method: a transport that remembers what it was asked.
 */
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
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
  template: undefined,
  compression: "none",
  labels: {},
  flavour: { product: "OpenSearch", versionMin: [2, 7], isThis: () => true, otherwise: "" },
};
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
        query: { filter_path: "errors,items.*.status,items.*.error.type,items.*.error.reason" },
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

  it("asks nothing at start if it has no template to put", async () => {
    const transport = scriptedTransport(() => UNREACHABLE);
    const sink = new BulkSink(settings, transport, systemClock);
    expect(await sink.open(new AbortController().signal)).toEqual({ outcome: "ready" });
    expect(transport.requests).toEqual([]);
  });

  it("probes the index of today", async () => {
    const transport = scriptedTransport(({ path }) =>
      answerOf(path === "/" ? 200 : 404, { version: { number: "3.0" } }),
    );
    const clock = { ...systemClock, nowMs: () => Date.parse("2026-04-03T23:59:00Z") };
    await new BulkSink(settings, transport, clock).probe(new AbortController().signal);
    expect(transport.requests.map(({ path }) => path)).toContain("/logs-2026.04.03/_bulk");
  });
});
