/**
 * Goal: the body is the newline-delimited JSON that the bulk protocol asks for, within the limits.
 * Method: lines as the service writes them, read back from the body.
 */
import { describe, expect, it } from "vitest";
import { DocumentWriter } from "../../../../src/document/write.ts";
import { BufferPool } from "../../../../src/sinks/bulk/buffer-pool.ts";
import { parseIndexName } from "../../../../src/sinks/bulk/index-name.ts";
import { BulkPayloadBuilder } from "../../../../src/sinks/bulk/request.ts";
import { forEachDocument, generationOf, requestLine } from "../../../support/documents.ts";

function builderOf(limits: { recordsMax?: number; bytesMax?: number } = {}): BulkPayloadBuilder {
  const { recordsMax = 100_000, bytesMax = 1_000_000 } = limits;
  const writer = new DocumentWriter({ labels: { service: "mem0" }, withEventId: false });
  const index = parseIndexName("logs-{yyyy.MM.dd}");
  return new BulkPayloadBuilder(writer, index, { recordsMax, bytesMax }, new BufferPool(bytesMax, 2));
}

/** Adds lines until one is refused; returns how many were taken. */
function addAll(builder: BulkPayloadBuilder, name: string, lines: readonly string[]): number {
  let added = 0;
  let isFull = false;
  forEachDocument(name, lines, (document) => {
    isFull ||= !builder.add(document);
    if (!isFull) added += 1;
  });
  return added;
}

function linesOf(builder: BulkPayloadBuilder): unknown[] {
  const text = builder.take()?.body().toString() ?? "";
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the body of a bulk request", () => {
  it("creates each document under the id of its file and offset", () => {
    const lines = [requestLine(), requestLine({ user_id: "用户" })];
    const builder = builderOf();
    addAll(builder, "audit-2026-04-03.jsonl", lines);
    const { id } = generationOf("audit-2026-04-03.jsonl", lines);
    const bytes = builder.bytes;
    const payload = builder.take();
    const [first, document, second, other] = (payload?.body().toString() ?? "")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(first).toEqual({ create: { _id: `${id}-0` } });
    expect(second).toEqual({ create: { _id: `${id}-${Buffer.byteLength(lines[0] ?? "") + 1}` } });
    expect(document).toMatchObject({ status: 200, labels: { service: "mem0" }, log: { offset: 0 } });
    expect(other).toMatchObject({ user_id: "用户" });
    expect(payload).toMatchObject({ count: 2, bytes, index: "logs-2026.04.03" });
  });

  it("names an index only for documents of another one than the first", () => {
    const builder = builderOf();
    const times = ["2026-04-03T23:59:59Z", "2026-04-04T00:00:00Z", "2026-04-04T00:30:00+01:00"];
    addAll(
      builder,
      "audit.jsonl",
      times.map((ts) => requestLine({ ts })),
    );
    const actions = linesOf(builder).filter((_, number) => number % 2 === 0) as { create: object }[];
    expect(actions.map(({ create }) => ("_index" in create ? create._index : undefined))).toEqual([
      undefined,
      "logs-2026.04.04",
      undefined,
    ]);
  });

  it("starts anew after it was taken", () => {
    const builder = builderOf();
    expect(builder.take()).toBeUndefined();
    addAll(builder, "audit-2026-04-03.jsonl", [requestLine()]);
    expect(builder.take()?.count).toBe(1);
    expect([builder.count, builder.bytes, builder.take()]).toEqual([0, 0, undefined]);
    addAll(builder, "audit-2026-04-04.jsonl", [requestLine({ path: "/x" })]);
    const payload = builder.take();
    expect(payload?.index).toBe("logs-2026.04.04");
    expect(JSON.parse(payload?.body().toString().split("\n")[1] ?? "")).toMatchObject({ path: "/x" });
  });

  it("takes no more documents than the limit", () => {
    const builder = builderOf({ recordsMax: 3 });
    expect(
      addAll(
        builder,
        "a-2026-04-03.jsonl",
        Array.from({ length: 5 }, () => requestLine()),
      ),
    ).toBe(3);
    expect(builder.count).toBe(3);
  });

  it("takes no more bytes than the limit, and loses nothing of what it took before", () => {
    const lines = Array.from({ length: 50 }, (_, number) => requestLine({ elapsed_ms: number }));
    const builder = builderOf({ bytesMax: 2000 });
    const added = addAll(builder, "a-2026-04-03.jsonl", lines);
    expect(added).toBeGreaterThan(1);
    expect(builder.bytes).toBeLessThanOrEqual(2000);
    expect(linesOf(builder)).toHaveLength(2 * added);
  });

  it("takes a first document of any size", () => {
    const builder = builderOf({ bytesMax: 1000 });
    const lines = [requestLine({ path: `/${"x".repeat(100_000)}` }), requestLine()];
    expect(addAll(builder, "a-2026-04-03.jsonl", lines)).toBe(1);
    expect(builder.take()?.bytes).toBeGreaterThan(100_000);
  });

  it("grows with the number of documents", () => {
    const lines = Array.from({ length: 3000 }, (_, number) => requestLine({ elapsed_ms: number }));
    const builder = builderOf({ bytesMax: 10_000_000 });
    expect(addAll(builder, "a-2026-04-03.jsonl", lines)).toBe(3000);
    const payload = builder.take();
    expect(payload?.line(2999).toString()).toBe(lines[2999]);
    expect(payload?.line(1).toString()).toBe(lines[1]);
  });
});
