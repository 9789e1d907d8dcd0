/**
 * Goal: of each document of a body, line, timestamp and offset are found again, also in a part of it.
 * Method: payloads of lines that take the different ways into a document.
 */
import { describe, expect, it } from "vitest";
import { DocumentWriter } from "../../../../src/document/write.ts";
import { BufferPool } from "../../../../src/sinks/bulk/buffer-pool.ts";
import { parseIndexName } from "../../../../src/sinks/bulk/index-name.ts";
import type { BulkPayload } from "../../../../src/sinks/bulk/payload.ts";
import { BulkPayloadBuilder } from "../../../../src/sinks/bulk/request.ts";
import { batchOf, requestLine } from "../../../support/documents.ts";

const limits = { recordsMax: 1000, bytesMax: 100_000 };

function payloadOf(lines: readonly string[], pool = new BufferPool(limits.bytesMax, 2)): BulkPayload {
  const writer = new DocumentWriter({ labels: {}, withEventId: false });
  const builder = new BulkPayloadBuilder(writer, parseIndexName("logs-{yyyy.MM.dd}"), limits, pool);
  return batchOf(builder, "audit-2026-04-03.jsonl", lines).payload as BulkPayload;
}

const plain = requestLine({ user_id: "用户" });
const reserved = '{"ts": "2026-04-03T00:00:01Z", "cost": 1.0, "path": "/x"}';
const redacted = requestLine({
  event: "retrieval_detail",
  query: "PRIVATE",
  results: [{ id: "m", memory: "PRIVATE" }],
});
const lines = [plain, reserved, redacted, requestLine({ ts: "never" })];

describe("a payload", () => {
  it("knows the line of each document, after redaction", () => {
    const payload = payloadOf(lines);
    expect(payload.line(0).toString()).toBe(plain);
    expect(payload.line(1).toString()).toBe(reserved);
    expect(payload.line(3).toString()).toBe(lines[3]);
    const { query, results, ...kept } = JSON.parse(redacted);
    expect(JSON.parse(payload.line(2).toString())).toEqual({ ...kept, results: [{ id: "m" }] });
  });

  it("knows the timestamp of each document", () => {
    const payload = payloadOf(lines);
    expect([1, 3].map((index) => payload.timestamp(index))).toEqual([
      "2026-04-03T00:00:01Z",
      "2026-04-03T15:24:51.973471+00:00",
    ]);
  });

  it("gives a part of itself that stays whole when it is released", () => {
    const pool = new BufferPool(limits.bytesMax, 2);
    const payload = payloadOf(lines, pool);
    const documents = payload.body().toString().trimEnd().split("\n");
    const part = payload.select([1, 3]);
    const offsets = [payload.offset(1), payload.offset(3)];
    payload.release();
    payloadOf([requestLine({ path: "/another" })], pool);
    expect(part.body().toString().trimEnd().split("\n")).toEqual([2, 3, 6, 7].map((line) => documents[line]));
    expect(part).toMatchObject({ count: 2, index: "logs-2026.04.03", bytes: part.body().length });
    expect([part.offset(0), part.offset(1)]).toEqual(offsets);
    expect([part.line(0).toString(), part.line(1).toString()]).toEqual([reserved, lines[3]]);
    expect(part.select([1]).line(0).toString()).toBe(lines[3]);
  });

  it("lends its buffer to the next one once it is released", () => {
    const pool = new BufferPool(limits.bytesMax, 2);
    const payload = payloadOf([plain], pool);
    const memory = payload.body().buffer;
    payload.release();
    payload.release();
    const [next, other] = [payloadOf([plain], pool), payloadOf([plain], pool)];
    expect(next.body().buffer).toBe(memory);
    expect(other.body().buffer).not.toBe(memory);
    expect(() => payload.body()).toThrow(/released/);
  });

  it("has no document outside of its count", () => {
    expect(() => payloadOf([plain]).offset(1)).toThrow(/outside/);
  });
});
