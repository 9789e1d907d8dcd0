/**
 * Goal: the sink `opensearch` does with a real OpenSearch, of version 2 and 3, what the table of fates says.
 * Method: payloads of real lines against servers that the tests start themselves; what arrived is read back.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import type { Sink } from "../../src/sinks/sink.ts";
import { requestLine } from "../support/documents.ts";
import { deliverLines, type OpenSearchConfiguration, openSearchSink } from "../support/opensearch-sink.ts";
import { startOpenSearch } from "../support/servers/opensearch.ts";
import { type SearchServer, searchServer } from "../support/servers/search-requests.ts";
import type { RunningServer } from "../support/servers/search-server.ts";

const shared = inject("openSearch");

const SHARED = { url: shared.url ?? "", stop: async () => undefined };
const SERVERS = [
  { version: 3, isMissing: shared.url === undefined, start: async () => SHARED },
  {
    version: 2.19,
    isMissing: shared.missingOlder !== undefined,
    start: () => startOpenSearch({ name: "older" }, "2.19.6"),
  },
];

for (const { version, isMissing, start } of SERVERS)
  describe.skipIf(isMissing)(`the sink opensearch on OpenSearch ${version}`, () => {
    let running: Pick<RunningServer, "url" | "stop">;
    let server: SearchServer;
    const signal = new AbortController().signal;
    const prefix = `test-${randomUUID().slice(0, 8)}`;
    const index = `${prefix}-logs-2026.04.03`;
    const sinks: Sink[] = [];

    async function sinkOf(configuration: Partial<OpenSearchConfiguration> = {}): Promise<Sink> {
      const sink = await openSearchSink({
        endpoints: [running.url],
        index: `${prefix}-logs-{yyyy.MM.dd}`,
        ...configuration,
      });
      sinks.push(sink);
      return sink;
    }

    beforeAll(async () => {
      running = await start();
      server = searchServer(running.url);
    });

    afterAll(() => running?.stop());

    afterEach(async () => {
      await Promise.all(sinks.splice(0).map((sink) => sink.close()));
      await server.request("DELETE", `/${prefix}-*`);
      await server.request("DELETE", `/_index_template/${prefix}-*`);
    });

    it("stores exactly the documents, under ids made of the file and the offset", async () => {
      const sink = await sinkOf();
      const lines = readFileSync("test/fixtures/golden/input.jsonl", "utf8").trimEnd().split("\n");
      const expected = readFileSync("test/fixtures/golden/expected.jsonl", "utf8").trimEnd().split("\n");
      expect(await sink.open(signal)).toEqual({ outcome: "ready" });
      expect(await deliverLines(sink, "audit-2026-04-03.jsonl", lines)).toEqual({ outcome: "stored" });

      const stored = await server.documents(index);
      for (const { _id, _source } of expected.map((line) => JSON.parse(line))) {
        const document = stored.get(_id) as Record<string, Record<string, unknown>>;
        if (_source.cost?.price_id) _source.cost.price_id = document?.["cost"]?.["price_id"];
        expect(document).toEqual(_source);
      }
      expect(stored.size).toBe(expected.length);
    });

    it("stores a replay once: every document of it is answered as a duplicate", async () => {
      const sink = await sinkOf();
      const lines = Array.from({ length: 500 }, (_, number) => requestLine({ elapsed_ms: number }));
      expect(await deliverLines(sink, "audit-2026-04-03.jsonl", lines)).toEqual({ outcome: "stored" });
      const again = await deliverLines(sink, "audit-2026-04-03.jsonl", [
        ...lines,
        requestLine({ path: "/memory/list" }),
      ]);
      expect(again).toEqual({
        outcome: "judged",
        verdicts: [...lines.map(() => ({ verdict: "duplicate" })), { verdict: "stored" }],
      });
      expect((await server.documents(index)).size).toBe(501);
    });

    it("compresses by gzip", async () => {
      const sink = await sinkOf({ compression: "gzip" });
      const lines = Array.from({ length: 300 }, (_, number) => requestLine({ user_id: `用户${number}` }));
      expect(await deliverLines(sink, "audit-2026-04-03.jsonl", lines)).toEqual({ outcome: "stored" });
      const users = [...(await server.documents(index)).values()].map(({ user_id }) => user_id);
      expect(new Set(users)).toEqual(new Set(lines.map((_, number) => `用户${number}`)));
    });

    it("refuses a document that conflicts with the mapping and stores its neighbours", async () => {
      await server.request("PUT", `/${index}`, {
        mappings: { properties: { status: { type: "long" } } },
      });
      const sink = await sinkOf({ template: "off" });
      const lines = [requestLine(), requestLine({ status: "my private words" }), requestLine({ path: "/x" })];
      const report = await deliverLines(sink, "audit-2026-04-03.jsonl", lines);
      expect(report).toEqual({
        outcome: "judged",
        verdicts: [
          { verdict: "stored" },
          {
            verdict: "refused",
            error: {
              type: "mapper_parsing_exception",
              reason: "failed to parse field [status] of type [long]",
              isDocumentFault: true,
            },
          },
          { verdict: "stored" },
        ],
      });
      expect((await server.documents(index)).size).toBe(2);
    });

    it("blames the index, not the documents, if it is closed or read-only", async () => {
      const sink = await sinkOf({ template: "off" });
      await deliverLines(sink, "audit-2026-04-03.jsonl", [requestLine()]);
      const next = [requestLine(), requestLine({ path: "/memory/list" })];
      const refusals = [];
      for (const [change, settings, undo] of [
        ["PUT _settings", { "index.blocks.write": true }, { "index.blocks.write": null }],
        [
          "PUT _settings",
          { "index.blocks.read_only_allow_delete": true },
          { "index.blocks.read_only_allow_delete": null },
        ],
        ["POST _close", undefined, undefined],
      ] as const) {
        const [method = "", action = ""] = change.split(" ");
        await server.request(method, `/${index}/${action}`, settings);
        const report = await deliverLines(sink, "audit-2026-04-03.jsonl", next);
        refusals.push(report.outcome === "judged" ? report.verdicts[1] : report);
        if (undo !== undefined) await server.request(method, `/${index}/${action}`, undo);
      }
      expect(refusals).toMatchObject([
        { verdict: "refused", error: { type: "cluster_block_exception", isDocumentFault: false } },
        { verdict: "refused", error: { type: "cluster_block_exception", isDocumentFault: false } },
        { verdict: "refused", error: { type: "index_closed_exception", isDocumentFault: false } },
      ]);
    });

    it("sends records of a file without a day to the index of their own day", async () => {
      const sink = await sinkOf();
      const lines = [
        requestLine(),
        requestLine({ ts: "2026-04-04T00:00:00Z" }),
        requestLine({ ts: "2026-04-03T23:00:00-02:00" }),
      ];
      expect(await deliverLines(sink, "audit.jsonl", lines)).toEqual({ outcome: "stored" });
      expect((await server.documents(index)).size).toBe(1);
      expect((await server.documents(`${prefix}-logs-2026.04.04`)).size).toBe(2);
    });

    describe("the index template", () => {
      it("is put if it is missing, and left alone if it is there", async () => {
        const sink = await sinkOf();
        expect(await sink.open(signal)).toEqual({ outcome: "ready" });
        const path = `/_index_template/${prefix}-logs`;
        const put = await server.request("GET", path);
        expect(put).toMatchObject({
          index_templates: [{ index_template: { index_patterns: [`${prefix}-logs-*`] } }],
        });
        await server.request("PUT", path, {
          index_patterns: [`${prefix}-logs-*`],
          priority: 210,
          version: 99,
        });
        expect(await sink.open(signal)).toEqual({ outcome: "ready" });
        expect(await server.request("GET", path)).toMatchObject({
          index_templates: [{ index_template: { version: 99 } }],
        });
      });

      it("makes costs and tokens add up by agent", async () => {
        const sink = await sinkOf();
        await sink.open(signal);
        const usage = {
          type: "token_usage",
          llm_calls: 1,
          input_tokens: 1000,
          output_tokens: 500,
          total_tokens: 1500,
        };
        const lines = ["dev", "dev", "ops"].map((agent_id) => requestLine({ ...usage, agent_id }));
        await deliverLines(sink, "audit-2026-04-03.jsonl", lines);
        await server.request("POST", `/${index}/_refresh`);
        const found = await server.request("POST", `/${index}/_search`, {
          size: 0,
          aggs: {
            agents: {
              terms: { field: "agent_id" },
              aggs: {
                tokens: { sum: { field: "total_tokens" } },
                picousd: { sum: { field: "cost.total_picousd" } },
              },
            },
          },
        });
        expect(found).toMatchObject({
          aggregations: {
            agents: {
              buckets: [
                { key: "dev", doc_count: 2, tokens: { value: 3000 }, picousd: { value: 5_600_000_000 } },
                { key: "ops", doc_count: 1, tokens: { value: 1500 }, picousd: { value: 2_800_000_000 } },
              ],
            },
          },
        });
      });

      it("takes members of surprising type or size, keeps them, and does not grow", async () => {
        const sink = await sinkOf();
        await sink.open(signal);
        const surprises = [
          { ip: "-", status: "odd", elapsed_ms: 1.5, agent_id: 7 },
          { agent_id: "x".repeat(40_000), unknown: { deep: { er: [1, { a: 2 }] } }, ts: "yesterday" },
          { results: "none", event: "retrieval_detail", status: [200, "odd"], llm_calls: -1 },
          Object.fromEntries(Array.from({ length: 2000 }, (_, number) => [`member_${number}`, number])),
        ];
        const lines = surprises.map((members) => requestLine(members));
        expect(await deliverLines(sink, "audit-2026-04-03.jsonl", lines)).toEqual({ outcome: "stored" });
        const stored = [...(await server.documents(index)).values()];
        expect(stored).toHaveLength(4);
        for (const members of [surprises[0], surprises[3]]) {
          expect(stored).toContainEqual(expect.objectContaining(members));
        }
        const mapping = JSON.stringify(await server.request("GET", `/${index}/_mapping`));
        expect(mapping).not.toContain("member_");
        expect(mapping).toContain("flat_object");
      });

      it("takes an object in the place of a number from version 3 on; before, that line is refused", async () => {
        const sink = await sinkOf();
        await sink.open(signal);
        const report = await deliverLines(sink, "audit-2026-04-03.jsonl", [
          requestLine(),
          requestLine({ status: { code: 200 } }),
        ]);
        const error = { type: "mapper_parsing_exception", isDocumentFault: true };
        expect(report).toMatchObject(
          version >= 3
            ? { outcome: "stored" }
            : { verdicts: [{ verdict: "stored" }, { verdict: "refused", error }] },
        );
      });

      it("finds what was moved into `original`", async () => {
        const sink = await sinkOf();
        await sink.open(signal);
        await deliverLines(sink, "audit-2026-04-03.jsonl", [
          requestLine({ event: "retrieval_detail", query: "secret" }),
        ]);
        await server.request("POST", `/${index}/_refresh`);
        const found = await server.request("GET", `/${index}/_search?q=original.event:retrieval_detail`);
        expect(found).toMatchObject({ hits: { total: { value: 1 } } });
      });
    });

    it("probes without leaving anything behind", async () => {
      const sink = await sinkOf();
      const results = await sink.probe(signal);
      expect(results.map(({ name, ok }) => [name, ok])).toEqual([
        ["connection", true],
        ["version", true],
        ["write", true],
        ["template", true],
      ]);
      expect(results[1]?.message).toMatch(/^OpenSearch \d+\.\d+/);
      expect(await server.request("GET", `/_cat/indices/${prefix}-*?format=json`)).toEqual([]);

      const today = new Date().toISOString().slice(0, 10).replaceAll("-", ".");
      await server.request("PUT", `/${prefix}-logs-${today}`);
      expect((await sink.probe(signal))[2]).toMatchObject({
        ok: true,
        message: expect.stringMatching(/can be written/),
      });
      expect((await server.documents(`${prefix}-logs-${today}`)).size).toBe(0);
      await server.request("PUT", `/${prefix}-logs-${today}/_settings`, { "index.blocks.write": true });
      expect((await sink.probe(signal))[2]).toMatchObject({
        ok: false,
        message: expect.stringMatching(/read-only/),
      });
    });
  });
