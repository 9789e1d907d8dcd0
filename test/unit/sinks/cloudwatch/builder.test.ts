/**
 * Goal: no payload breaks a rule of PutLogEvents, and none is smaller than it must be.
 * Method: lines of an audit file through the builder, at each limit.
 */
import { describe, expect, it } from "vitest";
import { DocumentWriter } from "../../../../src/document/write.ts";
import { CloudWatchPayloadBuilder } from "../../../../src/sinks/cloudwatch/builder.ts";
import type { CloudWatchPayload } from "../../../../src/sinks/cloudwatch/payload.ts";
import { forEachDocument, requestLine } from "../../../support/documents.ts";

const NAME = "audit-2026-04-03.jsonl";
const LIMITS = { recordsMax: 10_000, bytesMax: 1_048_576 };

/** The payloads that a lane would get. */
function build(lines: readonly string[], limits = LIMITS, name = NAME): CloudWatchPayload[] {
  const writer = new DocumentWriter({ labels: {}, withEventId: true });
  const builder = new CloudWatchPayloadBuilder((document) => writer.json(document), limits);
  const payloads: CloudWatchPayload[] = [];
  forEachDocument(name, lines, (document) => {
    if (builder.add(document)) return;
    payloads.push(builder.take() as CloudWatchPayload);
    expect(builder.add(document)).toBe(true);
  });
  const last = builder.take();
  return last === undefined ? payloads : [...payloads, last];
}

function counts(payloads: readonly CloudWatchPayload[]): number[] {
  return payloads.map(({ count }) => count);
}

const at = (ts: string) => requestLine({ ts });

describe("a payload", () => {
  it("has all documents, in their order, with their ids", () => {
    const lines = [1, 2, 3].map((number) => requestLine({ elapsed_ms: number }));
    const [payload, ...others] = build(lines);
    expect(others).toEqual([]);
    const documents = [0, 1, 2].map((index) => JSON.parse(payload?.message(index) ?? ""));
    expect(documents.map(({ elapsed_ms }) => elapsed_ms)).toEqual([1, 2, 3]);
    expect(new Set(documents.map(({ event }) => event.id)).size).toBe(3);
  });

  it("is counted as the service counts: bytes of UTF-8, and 26 for each event", () => {
    const [payload] = build([requestLine({ agent_id: "日本" }), requestLine()]);
    const bytes = [0, 1].map((index) => Buffer.byteLength(payload?.message(index) ?? "") + 26);
    expect(payload?.bytes).toBe((bytes[0] ?? 0) + (bytes[1] ?? 0));
    expect([payload?.eventBytes(0), payload?.eventBytes(1)]).toEqual(bytes);
  });

  it("is filled to the last byte", () => {
    const lines = [requestLine(), requestLine(), requestLine()];
    const bytesMax = (build(lines)[0]?.bytes ?? 0) as number;
    expect(counts(build(lines, { ...LIMITS, bytesMax }))).toEqual([3]);
    expect(counts(build(lines, { ...LIMITS, bytesMax: bytesMax - 1 }))).toEqual([2, 1]);
  });

  it("has no more documents than allowed", () => {
    const lines = Array.from({ length: 5 }, () => requestLine());
    expect(counts(build(lines, { ...LIMITS, recordsMax: 2 }))).toEqual([2, 2, 1]);
  });

  it("may be one document that is larger than allowed", () => {
    const lines = [requestLine(), requestLine({ agent_id: "a".repeat(2000) }), requestLine()];
    expect(counts(build(lines, { ...LIMITS, bytesMax: 1000 }))).toEqual([1, 1, 1]);
  });

  it("spans less than 24 hours, whatever the order of the lines", () => {
    expect(counts(build([at("2026-04-03T00:00:00Z"), at("2026-04-03T23:59:59.999Z")]))).toEqual([2]);
    expect(counts(build([at("2026-04-03T00:00:00Z"), at("2026-04-04T00:00:00Z")]))).toEqual([1, 1]);
    expect(counts(build([at("2026-04-04T00:00:00Z"), at("2026-04-03T00:00:00Z")]))).toEqual([1, 1]);
  });

  it("has the day of its file", () => {
    expect(build([at("2026-05-01T00:00:00Z")])[0]?.day).toBe("2026-04-03");
  });

  it("has the day of its records, in UTC, where the file's name has none", () => {
    const lines = [at("2026-05-01T23:59:00Z"), at("2026-05-02T01:00:00+02:00"), at("2026-05-02T00:00:00Z")];
    const payloads = build(lines, LIMITS, "audit.jsonl");
    expect(payloads.map(({ day, count }) => [day, count])).toEqual([
      ["2026-05-01", 2],
      ["2026-05-02", 1],
    ]);
  });

  it("is undefined without documents, also after it was taken", () => {
    const builder = new CloudWatchPayloadBuilder(() => "{}", LIMITS);
    expect(builder.take()).toBeUndefined();
    forEachDocument(NAME, [requestLine()], (document) => builder.add(document));
    expect([builder.count, builder.bytes]).toEqual([1, 28]);
    expect(builder.take()?.count).toBe(1);
    expect([builder.count, builder.bytes]).toEqual([0, 0]);
    expect(builder.take()).toBeUndefined();
  });
});
