/**
 * Goal: real databases keep every line as it is, tell all names apart, and count nothing twice, whoever delivers what
 * how often.
 * Method: PostgreSQL and MariaDB, started here; sinks as the configuration makes them, one or several at once.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sink } from "../../src/sinks/sink.ts";
import { SCHEMA_VERSION } from "../../src/sinks/sql/schema.ts";
import { auditLines } from "../support/audit-lines.ts";
import { batchOf, requestLine } from "../support/documents.ts";
import { makeDatabase, type SqlDatabase, sqlServers } from "../support/sql-places.ts";
import { deliver, deliverBatch, partOf, sqlReplaySink, sqlSink } from "../support/sql-sink.ts";

const servers = await sqlServers();
afterAll(async () => {
  for (const [, server] of servers) await server.stop();
});

const signal = new AbortController().signal;
const STORED = { outcome: "stored" };
const NAME = "audit-2026-04-03.jsonl";
const TRAFFIC = auditLines(600).map(({ text }) => text);

describe.each(servers)("%s", (type, server) => {
  let database: SqlDatabase;
  let sinks: Sink[] = [];
  beforeEach(async () => {
    database = await makeDatabase(type, server);
  });
  afterEach(async () => {
    for (const sink of sinks) await sink.close();
    sinks = [];
    await database.remove();
  });

  async function newSink(options: object = {}, instance = ""): Promise<Sink> {
    const sink = await sqlSink(type, { ...database.configuration, ...options }, instance);
    sinks.push(sink);
    return sink;
  }

  async function requests(): Promise<number> {
    const [row] = await database.rows("usage_bucket", "SUM(requests) AS n");
    return Number(row?.["n"]);
  }

  const sums = () => database.rows("usage_bucket", "*", "1, 2");

  describe("what is stored", () => {
    it("is the line, byte by byte, with its columns", async () => {
      const line = requestLine({
        agent_id: "\0 漢字 😀 \ud83d",
        user_id: "x".repeat(300),
        elapsed_ms: 0.1 + 0.2,
      });
      expect(await deliver(await newSink(), [line])).toEqual(STORED);
      const [record] = await database.rows("record");
      expect(String(record?.["line"])).toBe(line);
      expect(record).toMatchObject({
        kind: "request",
        agent_id: "\ufffd 漢字 😀 \ufffd",
        user_id: `${"x".repeat(255)}…`,
        elapsed_ms: 0.1 + 0.2,
        status: 200,
        total_picousd: null,
      });
    });

    it("tells names apart that differ in case, accents and spaces only", async () => {
      const names = ["dev", "Dev", "dev ", " dev", "dév", "dévé", "dev\0", "", "\\'\"", "ﬀ", "ff", "ß", "ss"];
      await deliver(
        await newSink(),
        names.map((agent_id) => requestLine({ agent_id })),
      );
      const kept = await database.rows("usage_key", "agent_id");
      expect(kept.map(({ agent_id }) => agent_id).sort()).toEqual(
        names.map((name) => name.replace("\0", "\ufffd")).sort(),
      );
      expect(await requests()).toBe(names.length);
    });

    it("is sums alone without records", async () => {
      await deliver(await newSink({ records: false }), [requestLine()]);
      expect([await database.count("record"), await requests()]).toEqual([0, 1]);
    });

    it("may be a line of megabytes", async () => {
      const line = requestLine({ note: "長".repeat(1_500_000) });
      const sink = await newSink({ batch: { max_bytes: "16MiB" } });
      expect(await deliver(sink, [line, requestLine()])).toEqual(STORED);
      expect(await database.rows("record", "OCTET_LENGTH(line) AS bytes", "1 DESC")).toMatchObject([
        { bytes: expect.toSatisfy((bytes) => Number(bytes) === Buffer.byteLength(line)) },
        {},
      ]);
    });

    it("stops at 2^63 instead of failing", async () => {
      const usage = {
        type: "token_usage",
        llm_calls: 1,
        input_tokens: 999_999_999_999,
        output_tokens: 999_999_999_999,
        total_tokens: 1_999_999_999_998,
      };
      const sink = await newSink();
      await deliver(sink, [requestLine(usage)], { name: "a.jsonl" });
      await deliver(sink, [requestLine(usage)], { name: "b.jsonl" });
      const [row] = await database.rows("usage_bucket", "input_tokens, total_picousd");
      expect([String(row?.["input_tokens"]), String(row?.["total_picousd"])]).toEqual([
        "1999999999998",
        "9223372036854775807",
      ]);
    });

    it("is shown by the view api_usage", async () => {
      const key = { organization_id: "acme", api_key_hash: "ff00" };
      await deliver(await newSink(), [
        requestLine(key),
        requestLine({ ...key, status: 500 }),
        requestLine({ ...key, path: "/memory/search" }),
        requestLine({ ...key, ts: "1969-12-31T23:59:59Z", api_key_alias: "ci" }),
        requestLine({ ...key, type: "token_usage", input_tokens: 1, output_tokens: 1 }),
      ]);
      const columns =
        "organization_id, api_key_id, CAST(date AS CHAR(10)) AS day, route_group, total_requests, success_count, error_count, memory_count, search_count";
      const rows = await database.rows("api_usage", columns, "3, 4");
      const common = { organization_id: "acme", api_key_id: "ff00", day: "2026-04-03" };
      expect(rows).toEqual([
        { ...common, api_key_id: "ci", day: "1969-12-31", ...counts("memory_create", 1, 1, 0, 1, 0) },
        { ...common, ...counts("memory_create", 2, 1, 1, 1, 0) },
        { ...common, ...counts("memory_search", 1, 1, 0, 0, 1) },
      ]);
    });
  });

  describe("several shippers", () => {
    it("that start at once make the tables once", async () => {
      const all = await Promise.all(Array.from({ length: 5 }, () => newSink()));
      const reports = await Promise.all(all.map((sink) => sink.open(signal)));
      expect(reports).toEqual(all.map(() => ({ outcome: "ready" })));
      expect(await database.rows("schema_version")).toEqual([{ version: SCHEMA_VERSION }]);
    });

    it("that read the same files at once change no number", async () => {
      const alone = await makeDatabase(type, server);
      const single = await sqlSink(type, alone.configuration);
      await deliver(single, TRAFFIC);
      await single.close();

      const all = await Promise.all([newSink(), newSink(), newSink()]);
      // Each cuts the same lines into other batches.
      await Promise.all(
        all.map(async (sink, index) => {
          const whole = batchOf(sink.payloadBuilder(), NAME, TRAFFIC);
          const size = [37, 50, 101][index] ?? 0;
          for (let from = 0; from < TRAFFIC.length; from += size) {
            const batch = partOf(whole, from, Math.min(from + size, TRAFFIC.length));
            let report = await deliverBatch(sink, batch);
            while (report.outcome === "unavailable") report = await deliverBatch(sink, batch);
            expect(["stored", "judged"]).toContain(report.outcome);
          }
        }),
      );
      expect(await database.count("record")).toBe(TRAFFIC.length);
      expect(await sums()).toEqual(await alone.rows("usage_bucket", "*", "1, 2"));
      await alone.remove();
    });

    it("of their own files add up, and each knows its own checkpoints", async () => {
      const [one, other] = [await newSink({}, "one"), await newSink({}, "other")];
      const deliverAll = async (sink: Sink, name: string) => {
        for (let file = 0; file < 10; file++) {
          let report = await deliver(sink, TRAFFIC, { name: `${name}-${file}.jsonl` });
          while (report.outcome === "unavailable")
            report = await deliver(sink, TRAFFIC, { name: `${name}-${file}.jsonl` });
          expect(report).toEqual(STORED);
        }
      };
      await Promise.all([deliverAll(one, "one"), deliverAll(other, "other")]);
      expect(await database.count("record")).toBe(20 * TRAFFIC.length);
      const names = (await one.progress?.load())?.map(({ generation }) => generation.name);
      expect(names).toHaveLength(10);
      expect(names?.every((name) => name.startsWith("one-"))).toBe(true);
    });
  });

  describe("what comes again", () => {
    it("changes nothing, in whatever batches", async () => {
      const sink = await newSink();
      const whole = batchOf(sink.payloadBuilder(), NAME, TRAFFIC);
      await deliverBatch(sink, partOf(whole, 0, 400));
      await deliverBatch(sink, partOf(whole, 300, 600));
      const before = await sums();
      expect(await deliver(sink, TRAFFIC)).toMatchObject({ outcome: "judged" });
      const again = await newSink();
      await deliverBatch(again, partOf(whole, 0, 1));
      expect(await sums()).toEqual(before);
      expect(await database.count("record")).toBe(TRAFFIC.length);
    });

    it("with a gap before it is refused", async () => {
      const sink = await newSink();
      const whole = batchOf(sink.payloadBuilder(), NAME, TRAFFIC);
      await deliverBatch(sink, partOf(whole, 0, 100));
      expect(await deliverBatch(sink, partOf(whole, 101, 200))).toMatchObject({
        outcome: "blocked",
        reason: "gap",
      });
    });

    it("out of the dead letters is stored once", async () => {
      await deliver(await newSink(), TRAFFIC, { indices: [0, 1, 3] });
      const replaying = await sqlReplaySink(type, database.configuration);
      const replay = () => deliver(replaying, TRAFFIC, { indices: [2] });
      expect(await replay()).toEqual({ outcome: "judged", verdicts: [{ verdict: "stored" }] });
      const before = await sums();
      expect(await replay()).toEqual({ outcome: "judged", verdicts: [{ verdict: "duplicate" }] });
      await replaying.close();
      expect([await database.count("record"), await sums()]).toEqual([4, before]);
    });
  });

  it("removes old records, and no sums", async () => {
    const old = new Date(Date.now() - 8 * 86_400_000).toISOString();
    const sink = await newSink();
    await deliver(sink, [requestLine({ ts: old }), requestLine({ ts: new Date().toISOString() })]);
    const tidy = await newSink({ retention_days: 7 });
    await deliver(tidy, [requestLine({ ts: new Date().toISOString() })], { name: "other.jsonl" });
    expect([await database.count("record"), await requests()]).toEqual([2, 3]);
  });
});

function counts(
  route: string,
  total: number,
  success: number,
  error: number,
  memory: number,
  search: number,
) {
  return {
    route_group: route,
    total_requests: `${total}`,
    success_count: `${success}`,
    error_count: `${error}`,
    memory_count: `${memory}`,
    search_count: `${search}`,
  };
}
