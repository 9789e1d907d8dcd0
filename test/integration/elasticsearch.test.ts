/**
 * Goal: the sink `elasticsearch` does with a real Elasticsearch what the table of fates says.
 * Method: payloads of real lines, and the built program, against each version that the tests can start themselves;
 * what arrived is read back.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Sink } from "../../src/sinks/sink.ts";
import { Workspace } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { type ElasticsearchConfiguration, elasticsearchSink } from "../support/elasticsearch-sink.ts";
import { deliverLines, openSearchSink } from "../support/opensearch-sink.ts";
import { elasticsearchTargets } from "../support/servers/elasticsearch.ts";
import { type SearchServer, searchServer } from "../support/servers/search-requests.ts";

const NAME = "audit-2026-04-03.jsonl";
const SETTINGS = [
  "http.max_content_length: 1mb",
  "indexing_pressure.memory.limit: 800kb",
  "action.destructive_requires_name: false",
];

describe.each(await elasticsearchTargets())("a real Elasticsearch $name", ({ start, name, isOurs }) => {
  const signal = new AbortController().signal;
  const sinks: Sink[] = [];
  let prefix: string;
  let index: string;
  let running: Awaited<ReturnType<typeof start>>;
  let server: SearchServer;

  async function sinkOf(configuration: Partial<ElasticsearchConfiguration> = {}): Promise<Sink> {
    const sink = await elasticsearchSink({
      endpoints: [running.url],
      index: `${prefix}-logs-{yyyy.MM.dd}`,
      ...configuration,
    });
    sinks.push(sink);
    return sink;
  }

  beforeAll(async () => {
    running = await start({ name: "main", settings: SETTINGS });
    server = searchServer(running.url);
  });
  beforeEach(() => {
    prefix = `test-${randomUUID().slice(0, 8)}`;
    index = `${prefix}-logs-2026.04.03`;
  });
  afterEach(async () => {
    await Promise.all(sinks.splice(0).map((sink) => sink.close()));
    await server.request("DELETE", `/${prefix}-*`);
    await server.request("DELETE", `/_index_template/${prefix}*`);
  });
  afterAll(() => running?.stop());

  it("stores exactly the documents, under ids made of the file and the offset", async () => {
    const sink = await sinkOf();
    const lines = readFileSync("test/fixtures/golden/input.jsonl", "utf8").trimEnd().split("\n");
    const expected = readFileSync("test/fixtures/golden/expected.jsonl", "utf8").trimEnd().split("\n");
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect(await deliverLines(sink, NAME, lines)).toEqual({ outcome: "stored" });
    const stored = await server.documents(index);
    for (const { _id, _source } of expected.map((line) => JSON.parse(line))) {
      const document = stored.get(_id) as Record<string, Record<string, unknown>>;
      if (_source.cost?.price_id) _source.cost.price_id = document?.["cost"]?.["price_id"];
      expect(document).toEqual(_source);
    }
    expect(stored.size).toBe(expected.length);
  });

  it("stores a replay once, compressed or not: every document of it is answered as a duplicate", async () => {
    const lines = Array.from({ length: 500 }, (_, number) => requestLine({ user_id: `用户${number}` }));
    const compressed = await sinkOf({ compression: "gzip" });
    expect(await deliverLines(compressed, NAME, lines)).toEqual({ outcome: "stored" });
    const again = await deliverLines(await sinkOf(), NAME, [...lines, requestLine({ user_id: "new" })]);
    expect(again).toEqual({
      outcome: "judged",
      verdicts: [...lines.map(() => ({ verdict: "duplicate" })), { verdict: "stored" }],
    });
    const users = [...(await server.documents(index)).values()].map(({ user_id }) => user_id);
    expect(new Set(users)).toEqual(new Set([...lines.map((_, number) => `用户${number}`), "new"]));
    expect(users).toHaveLength(501);
  });

  it("refuses a document that conflicts with the mapping and stores its neighbours", async () => {
    await server.request("PUT", `/${index}`, { mappings: { properties: { status: { type: "long" } } } });
    const sink = await sinkOf({ template: "off" });
    await sink.open(signal);
    const lines = [requestLine(), requestLine({ status: "my private words" }), requestLine({ path: "/x" })];
    expect(await deliverLines(sink, NAME, lines)).toEqual({
      outcome: "judged",
      verdicts: [
        { verdict: "stored" },
        {
          verdict: "refused",
          error: {
            type: "document_parsing_exception",
            reason: expect.stringMatching(
              /^(?:\[\d+:\d+\] )?failed to parse field \[status\] of type \[long\]$/,
            ),
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
    await deliverLines(sink, NAME, [requestLine()]);
    const deliver = () => deliverLines(sink, NAME, [requestLine({ path: "/x" })]);
    await server.request("PUT", `/${index}/_settings`, { "index.blocks.write": true });
    expect(await deliver()).toMatchObject({
      verdicts: [{ error: { type: "cluster_block_exception", isDocumentFault: false } }],
    });
    await server.request("PUT", `/${index}/_settings`, { "index.blocks.write": null });
    await server.request("POST", `/${index}/_close`);
    expect(await deliver()).toMatchObject({
      verdicts: [{ error: { type: "index_closed_exception", isDocumentFault: false } }],
    });
  });

  it("adds up by agent, model and route, and keeps what it cannot index", async () => {
    const sink = await sinkOf();
    await sink.open(signal);
    const model = "us.anthropic.claude-3-5-haiku-20241022-v1:0";
    const usage = { type: "token_usage", model, llm_calls: 1, input_tokens: 1000, output_tokens: 500 };
    const lines = [
      ...["dev", "dev", "ops"].map((agent_id) => requestLine({ ...usage, agent_id })),
      requestLine({ ip: "-", status: "odd", unknown: { deep: [1, { a: 2 }] }, event: "retrieval_detail" }),
    ];
    expect(await deliverLines(sink, NAME, lines)).toEqual({ outcome: "stored" });
    await server.request("POST", `/${index}/_refresh`);
    const picousd = { picousd: { sum: { field: "cost.total_picousd" } } };
    const by = (field: string) => ({ terms: { field }, aggs: picousd });
    const found = await server.request("POST", `/${index}/_search`, {
      size: 0,
      aggs: { agents: by("agent_id"), models: by("model"), routes: by("route_group") },
    });
    expect(found).toMatchObject({
      aggregations: {
        agents: {
          buckets: expect.arrayContaining([
            expect.objectContaining({ key: "ops", picousd: { value: 2_800_000_000 } }),
          ]),
        },
        models: { buckets: [{ key: model, doc_count: 3, picousd: { value: 8_400_000_000 } }] },
        routes: { buckets: [{ key: "memory_create", doc_count: 4 }] },
      },
    });
    expect(await server.request("GET", `/${index}/_search?q=original.event:retrieval_detail`)).toMatchObject({
      hits: { total: { value: 1 }, hits: [{ _source: { ip: "-", status: "odd" } }] },
    });
  });

  it("takes documents into a data stream, and finds them again", async () => {
    const dataStream = `${prefix}-logs-stream`;
    const sink = await sinkOf({ index: dataStream, data_stream: true });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect((await sink.probe(signal)).filter(({ ok }) => !ok)).toEqual([]);
    expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    expect(await deliverLines(sink, NAME, [requestLine()])).toMatchObject({
      verdicts: [{ verdict: "duplicate" }],
    });
    expect((await sink.probe(signal)).filter(({ ok }) => !ok)).toEqual([]);
    expect((await server.documents(dataStream)).size).toBe(1);
    const indices = await server.request(
      "GET",
      `/${dataStream}?expand_wildcards=all&filter_path=*.data_stream`,
    );
    expect(Object.values(indices as object)).toEqual([{ data_stream: dataStream }]);
    // As docs/delivery.md says: after a rollover the same line is new.
    await server.request("POST", `/${dataStream}/_rollover`);
    expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    expect((await server.ids(dataStream)).length).toBe(2);
  });

  it("is told from OpenSearch, by check and before the first document", async () => {
    const sink = await openSearchSink({ endpoints: [running.url], index: `${prefix}-logs-{yyyy.MM.dd}` });
    sinks.push(sink);
    const message = expect.stringMatching(
      /^this is Elasticsearch.*, not OpenSearch: write type: elasticsearch$/,
    );
    expect(await sink.open(signal)).toEqual({ outcome: "blocked", reason: "wrong_product", message });
    expect(await sink.probe(signal)).toContainEqual({ name: "version", ok: false, message });
  });

  it("answers a probe, which leaves nothing behind", async () => {
    const sink = await sinkOf();
    const results = await sink.probe(signal);
    expect(results.map(({ name: question, ok }) => [question, ok])).toEqual([
      ["connection", true],
      ["version", true],
      ["write", true],
      ["template", true],
    ]);
    expect(results[1]?.message).toMatch(isOurs ? `Elasticsearch ${name}` : /^Elasticsearch /);
    expect(await server.request("GET", `/_cat/indices/${prefix}-*?format=json`)).toEqual([]);
    const today = `${prefix}-logs-${new Date().toISOString().slice(0, 10).replaceAll("-", ".")}`;
    await server.request("PUT", `/${today}`);
    expect((await sink.probe(signal))[2]).toMatchObject({
      ok: true,
      message: expect.stringContaining(today),
    });
    expect((await server.documents(today)).size).toBe(0);
  });

  it("stores nothing of its own behind an alias", async () => {
    const alias = `${prefix}-alias`;
    await server.request("PUT", `/${prefix}-behind`, { aliases: { [alias]: {} } });
    const sink = await sinkOf({ index: alias, template: "off" });
    expect(await sink.open(signal)).toEqual({ outcome: "ready" });
    expect((await sink.probe(signal)).filter(({ ok }) => !ok)).toEqual([]);
    expect((await server.documents(`${prefix}-behind`)).size).toBe(0);
  });

  it.runIf(isOurs)("takes no body beyond its limit", async () => {
    const lines = [1, 2, 3].map(() => requestLine({ note: randomBytes(300_000).toString("hex") }));
    expect(await deliverLines(await sinkOf(), NAME, lines)).toMatchObject({ outcome: "too_large" });
  });

  it.runIf(isOurs)("puts off a request for which it has no memory", async () => {
    const lines = [1, 2, 3].map(() => requestLine({ note: randomBytes(150_000).toString("hex") }));
    expect(await deliverLines(await sinkOf(), NAME, lines)).toMatchObject({
      outcome: "unavailable",
      reason: "throttled",
    });
  });

  it("has every line of the samples once, also after the state is lost", async () => {
    const type = "elasticsearch";
    const target = { type, endpoints: [running.url], index: `${prefix}-job-{yyyy.MM.dd}` };
    const workspace = await Workspace.make({
      sinks: { search: { ...target, batch: { max_bytes: "256KiB" } } },
    });
    const samples = readdirSync("test/fixtures/audit");
    const copy = (name: string) =>
      copyFileSync(join("test/fixtures/audit", name), join(workspace.auditDirectory, name));
    for (const sample of samples) copy(sample);
    const lines = samples.flatMap((sample) =>
      readFileSync(join("test/fixtures/audit", sample), "utf8").trimEnd().split("\n"),
    );
    for (const _round of ["first", "after the state folder was deleted"]) {
      expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
      expect((await server.ids(`${prefix}-job-*`)).length).toBe(lines.length);
      await workspace.removeState();
    }
    await workspace.remove();
  });
});
