/**
 * Goal: each document of a payload can be told apart, with its line as it was, also in a part of the payload.
 * Method: lines of every kind through the builder.
 */
import { describe, expect, it } from "vitest";
import { DocumentWriter } from "../../../../src/document/write.ts";
import { CloudWatchPayloadBuilder } from "../../../../src/sinks/cloudwatch/builder.ts";
import type { CloudWatchPayload } from "../../../../src/sinks/cloudwatch/payload.ts";
import { batchOf, requestLine } from "../../../support/documents.ts";

const LIMITS = { recordsMax: 10_000, bytesMax: 1_048_576 };
const RETRIEVAL = { ts: "2026-04-03T15:24:51Z", event: "retrieval_detail", user_id: "boss" };
const LINES = [
  requestLine({ agent_id: "日本" }),
  // One of our names in it, and another that is redacted.
  JSON.stringify(RETRIEVAL),
  JSON.stringify({ ...RETRIEVAL, query: "what the user asked" }),
  requestLine({ ts: "nonsense" }),
];

function payloadOf(lines: readonly string[]): CloudWatchPayload {
  const writer = new DocumentWriter({ labels: { service: "mem0" }, withEventId: true });
  const builder = new CloudWatchPayloadBuilder((document) => writer.json(document), LIMITS);
  return batchOf(builder, "audit-2026-04-03.jsonl", lines).payload as CloudWatchPayload;
}

const EXPECTED = [LINES[0], LINES[1], JSON.stringify(RETRIEVAL), LINES[3]];

describe("a payload", () => {
  it("gives the line of each document back, after redaction", () => {
    const payload = payloadOf(LINES);
    expect([0, 1, 2, 3].map((index) => payload.line(index).toString())).toEqual(EXPECTED);
  });

  it("tells where each line starts, and its time", () => {
    const payload = payloadOf(LINES);
    expect(payload.offset(0)).toBe(0);
    expect(payload.offset(1)).toBe(Buffer.byteLength(LINES[0] ?? "") + 1);
    expect(payload.timestamp(1)).toBe("2026-04-03T15:24:51Z");
    expect(payload.timestampMs(1)).toBe(Date.UTC(2026, 3, 3, 15, 24, 51));
    expect(payload.timestamp(3)).toBe("2026-04-03T15:24:51Z");
  });

  it("can be divided", () => {
    const payload = payloadOf(LINES);
    const part = payload.select([0, 2]);
    expect(part.count).toBe(2);
    expect(part.bytes).toBe(payload.eventBytes(0) + payload.eventBytes(2));
    expect(part.day).toBe(payload.day);
    expect(part.message(1)).toBe(payload.message(2));
    expect(part.select([1]).line(0).toString()).toBe(EXPECTED[2]);
    expect(part.offset(1)).toBe(payload.offset(2));
  });

  it("has nothing beyond its end", () => {
    expect(() => payloadOf(LINES).message(4)).toThrow("outside");
  });
});
