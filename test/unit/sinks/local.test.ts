/**
 * Goal: documents become rows that cannot change or harm, and failures of the disk become reports.
 * Method: documents read from real lines; a real store; faults planted into it.
 */
import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch, Payload } from "../../../src/batch/batch.ts";
import { DocumentReader, type DocumentRules } from "../../../src/document/read.ts";
import { Redaction } from "../../../src/record/redaction.ts";
import { createLocalSink } from "../../../src/sinks/local.ts";
import type { Sink } from "../../../src/sinks/sink.ts";
import { blockOf } from "../../support/block.ts";
import { checkpoint, cost, generation } from "../store/sample-rows.ts";
import { makeSampleStore, type SampleStore } from "../store/sample-store.ts";

const limits = { recordsMax: 100, bytesMax: 10_000, waitMsMax: 200, inFlightMax: 4 };
const rules: DocumentRules = {
  redaction: new Redaction({ rules: {}, key: undefined }),
  pricing: { costOf: () => cost() },
};
const signal = new AbortController().signal;

let sample: SampleStore;
let sink: Sink;
beforeEach(() => {
  sample = makeSampleStore();
  sink = createLocalSink(sample.store, limits);
});
afterEach(() => sample.remove());

const request = {
  ts: "2026-11-21T01:34:54.994117+00:00",
  method: "POST",
  path: "/memory/add",
  status: 200,
  elapsed_ms: 8,
  ip: "127.0.0.1",
  agent_id: "-",
  user_id: "boss",
};

/** A batch of these lines, which stand at `startOffset` of the file, and the sink's payload of it. */
function batchOf(records: readonly object[], startOffset = 0): Batch {
  const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const reader = new DocumentReader(blockOf(generation, bytes, startOffset), undefined, rules);
  const builder = sink.payloadBuilder();
  while (reader.hasLine) {
    reader.read();
    expect(builder.add(reader.document)).toBe(true);
    reader.advance(true);
  }
  bytes.fill(0); // The tail reuses its memory: whatever the payload needs must have been copied.
  const end = checkpoint(startOffset + bytes.length);
  return {
    generation,
    startOffset,
    end,
    lines: records.length,
    skipped: 0,
    broken: [],
    payload: builder.take(),
  };
}

const emptyPayload: Payload = {
  count: 0,
  bytes: 0,
  offset: () => 0,
  line: () => Buffer.alloc(0),
  timestamp: () => "",
  select: () => emptyPayload,
};

const deliver = (batch: Batch) => sink.deliver(batch.payload ?? emptyPayload, batch, signal);
const select = (sql: string) => sample.store.database.prepare(sql).all([]);

describe("a payload", () => {
  test("keeps lines, offsets and timestamps of its documents, and of a selection", () => {
    const first = JSON.stringify(request).length + 1;
    const { payload } = batchOf([request, { ...request, path: "/b" }, { ...request, path: "/c" }]);
    const [, , c] = [0, 1, 2].map((index) => payload?.line(index).toString());
    expect(payload?.count).toBe(3);
    expect(payload?.offset(1)).toBe(first);
    expect(c).toBe(JSON.stringify({ ...request, path: "/c" }));
    expect(payload?.timestamp(0)).toBe(request.ts);

    const selected = payload?.select([0, 2]);
    expect([selected?.count, selected?.line(1).toString(), selected?.offset(0)]).toEqual([2, c, 0]);
    expect(selected?.bytes).toBe((selected?.line(0).length ?? 0) + (selected?.line(1).length ?? 0));
  });

  test("is full at the limits, but a first document of any size fits", () => {
    const large = Buffer.from(`${JSON.stringify({ ...request, padding: "x".repeat(20_000) })}\n`);
    const reader = new DocumentReader(blockOf(generation, large), undefined, rules);
    reader.read();
    const builder = sink.payloadBuilder();
    expect(builder.add(reader.document)).toBe(true);
    expect(builder.add(reader.document)).toBe(false);
    expect([builder.count, builder.bytes > limits.bytesMax]).toEqual([1, true]);
    builder.take();
    expect([builder.count, builder.bytes, builder.take()]).toEqual([0, 0, undefined]);
  });
});

describe("deliver", () => {
  test("stores what the service wrote, byte by byte, with its columns", async () => {
    const batch = batchOf([
      request,
      { ...request, type: "token_usage", method: undefined, status: undefined },
    ]);
    expect(await deliver(batch)).toEqual({ outcome: "stored" });
    expect(
      select("SELECT kind, agent_id, status, elapsed_ms, total_picousd, line FROM record ORDER BY ts_ms, id"),
    ).toMatchObject([
      {
        kind: "request",
        agent_id: "-",
        status: 200n,
        elapsed_ms: 8,
        total_picousd: null,
        line: Buffer.from(JSON.stringify(request)),
      },
      { kind: "token_usage", status: null, total_picousd: 185_804_800_000n },
    ]);
    expect(await sink.progress?.load()).toEqual([batch.end]);
  });

  test("stores the redacted line where a rule took something away", async () => {
    const results = [{ id: "1", memory: "secret", score: 0.5 }];
    await deliver(batchOf([{ ts: request.ts, event: "retrieval_detail", query: "secret", results }]));
    const line = String(select("SELECT line FROM record")[0]?.["line"]);
    expect(line).not.toContain("secret");
    expect(JSON.parse(line)).toMatchObject({ event: "retrieval_detail", results: [{ id: "1", score: 0.5 }] });
  });

  test("takes hostile members without harm", async () => {
    const long = "x".repeat(5000);
    const hostile = {
      ...request,
      agent_id: ["a"],
      user_id: long,
      path: `/${long}`,
      method: 7,
      status: "200",
      elapsed_ms: null,
    };
    expect(await deliver(batchOf([hostile]))).toEqual({ outcome: "stored" });
    const [row] = select(
      "SELECT agent_id, length(user_id) AS user, length(path) AS path, method, status, elapsed_ms FROM record",
    );
    expect(row).toEqual({
      agent_id: null,
      user: 256n,
      path: 256n,
      method: null,
      status: null,
      elapsed_ms: null,
    });
  });

  test("commits the checkpoint of a batch without documents", async () => {
    const empty = { ...batchOf([request]), payload: undefined };
    expect(await deliver(empty)).toEqual({ outcome: "stored" });
    expect(await sink.progress?.load()).toEqual([empty.end]);
  });

  test("tells what it had already", async () => {
    const batch = batchOf([request]);
    await deliver(batch);
    const again = batchOf([request, request]);
    expect(await deliver(again)).toEqual({
      outcome: "judged",
      verdicts: [{ verdict: "duplicate" }, { verdict: "stored" }],
    });
    expect(select("SELECT SUM(requests) AS n FROM usage_bucket")).toEqual([{ n: 2n }]);
  });

  test("refuses parts of a batch as a bug", async () => {
    const batch = batchOf([request, request]);
    const part = batch.payload?.select([0]) ?? emptyPayload;
    await expect(sink.deliver(part, batch, signal)).rejects.toThrow("whole batches only");
  });

  test("reports a full disk as unavailable, and works again when there is room", async () => {
    // No room that was given up by tables of the past.
    sample.store.database.execute("VACUUM");
    sample.store.database.execute("PRAGMA max_page_count = 1");
    const batch = batchOf(Array.from({ length: 30 }, () => request));
    expect(await deliver(batch)).toMatchObject({
      outcome: "unavailable",
      reason: "sqlite_full",
      message: expect.stringContaining("the disk is full"),
    });
    expect(await sink.progress?.load()).toEqual([]);
    sample.store.database.execute("PRAGMA max_page_count = 100000");
    expect(await deliver(batch)).toEqual({ outcome: "stored" });
  });

  test("moves a database that turns out damaged aside, once, and says what to do", async () => {
    const failure = Object.assign(new Error("malformed"), { code: "SQLITE_CORRUPT" });
    const commit = sample.store.commit;
    sample.store.commit = () => {
      throw failure;
    };
    const batch = batchOf([request]);
    const blocked = { outcome: "blocked", reason: "damaged", message: expect.stringContaining("restart") };
    expect(await deliver(batch)).toMatchObject(blocked);
    sample.store.commit = commit;
    expect(await deliver(batch)).toMatchObject(blocked);
    expect([existsSync(`${sample.path}.broken-1`), existsSync(`${sample.path}.broken-2`)]).toEqual([
      true,
      false,
    ]);
  });

  test("lets bugs through", async () => {
    sample.store.commit = () => {
      throw new Error("a bug");
    };
    await expect(deliver(batchOf([request]))).rejects.toThrow("a bug");
  });
});

test("one batch at a time, whatever the limits say", () => {
  expect(sink.limits).toEqual({ ...limits, inFlightMax: 1 });
});

test("it is ready, and a probe leaves nothing behind", async () => {
  expect(await sink.open(signal)).toEqual({ outcome: "ready" });
  expect(await sink.probe(signal)).toEqual([
    { name: "embedded store", ok: true, message: `${sample.path} can be written` },
  ]);
  expect(await sink.progress?.load()).toEqual([]);
});

test("saving progress keeps a new name without moving the offset", async () => {
  const batch = batchOf([request]);
  await deliver(batch);
  await sink.progress?.save([{ ...batch.end, offset: 1, seenAs: "renamed.jsonl" }]);
  expect(await sink.progress?.load()).toEqual([{ ...batch.end, seenAs: "renamed.jsonl" }]);
});
