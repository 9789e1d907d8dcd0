/**
 * Goal: what `setup` makes in a real Elasticsearch works, is made once, and needs no more rights than docs/setup.md says.
 * Method: the command itself, as a user with those rights, on servers that the tests start; what it made is read back and searched.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requestLine } from "../support/documents.ts";
import { elasticsearchSink } from "../support/elasticsearch-sink.ts";
import { deliverLines } from "../support/opensearch-sink.ts";
import { elasticsearchTargets } from "../support/servers/elasticsearch.ts";
import { type SearchServer, searchServer } from "../support/servers/search-requests.ts";
import { PASSWORD } from "../support/servers/search-server.ts";
import { runSetupCommand } from "../support/setup-command.ts";

const signal = new AbortController().signal;
const FILE = "audit-2026-04-03.jsonl";

/** The rights of docs/setup.md. */
const RIGHTS = {
  cluster: ["manage_index_templates", "manage_ilm"],
  indices: [{ names: ["mem0-*"], privileges: ["view_index_metadata", "manage"] }],
};

describe.each(await elasticsearchTargets())("setup on a real Elasticsearch $name", ({ start }) => {
  let running: Awaited<ReturnType<typeof start>>;
  let server: SearchServer;
  /** Begins the names of everything that a test makes. */
  let name: string;
  let template: string;
  let alias: string;

  function settingsOf(username: string) {
    const { url, access } = running;
    return {
      endpoints: [url],
      ...(access && { auth: { username, password: PASSWORD }, tls: { ca_file: access.caFile } }),
    };
  }

  function setup(changes: object = {}, username = "owner") {
    const index = `${name}-{yyyy.MM.dd}`;
    return runSetupCommand({ type: "elasticsearch", index, ...settingsOf(username), ...changes });
  }

  /** Delivers lines as the daemon would. */
  async function deliver(lines: readonly string[], changes: object = {}): Promise<unknown> {
    const sink = await elasticsearchSink({
      index: `${name}-{yyyy.MM.dd}`,
      ...settingsOf(running.access?.username ?? ""),
      ...changes,
    });
    await sink.open(signal);
    const report = await deliverLines(sink, FILE, lines);
    await sink.close();
    return report;
  }

  beforeAll(async () => {
    running = await start({ name: "setup", isProtected: true });
    server = searchServer(running.url, running.access);
    if (running.access === undefined) return;
    await server.request("PUT", "/_security/role/setup", RIGHTS);
    const user = (roles: readonly string[]) => ({ password: PASSWORD, roles });
    await server.request("PUT", "/_security/user/owner", user(["setup"]));
    await server.request("PUT", "/_security/user/guest", user([]));
  });
  beforeEach(() => {
    name = `mem0-${randomUUID().slice(0, 8)}`;
    template = `index template "${name}"`;
    alias = `alias "${name}" on the indices that are there`;
  });
  afterEach(async () => {
    await server.request("DELETE", `/${name}*?expand_wildcards=all`);
    await server.request("DELETE", `/_index_template/${name}`);
  });
  afterAll(() => running?.stop());

  it("changes nothing the second time, and goes on without ILM where there is none", async () => {
    const ilm = `skipped ILM policy "${name}" that deletes indices after 30d`;
    const once = await setup({ setup: { retention: "30d" } });
    expect(once.lines).toEqual([ilm, `created ${template}`, `already_there ${alias}`]);
    expect(once.steps[0]?.message).toContain("this server has no ILM");
    const twice = await setup({ setup: { retention: "30d" } });
    expect(twice.lines).toEqual([ilm, `already_there ${template}`, `already_there ${alias}`]);
    expect([once.exitCode, twice.exitCode]).toEqual([0, 0]);
  });

  it("lets people add up by agent, model, route and cost, under one name", async () => {
    const lines = readFileSync("test/fixtures/golden/input.jsonl", "utf8").trimEnd().split("\n");
    expect(await deliver([...lines, requestLine({ ip: "-" })])).toEqual({ outcome: "stored" });
    expect((await setup()).lines).toEqual([`changed ${template}`, `created ${alias}`]);
    await server.request("POST", `/${name}/_refresh`);
    const sums = {
      usd: { sum: { field: "cost.total_usd" } },
      pico: { sum: { field: "cost.total_picousd" } },
    };
    const by = (field: string) => ({ terms: { field }, aggs: sums });
    const answer = await server.request("POST", `/${name}/_search`, {
      size: 0,
      query: { exists: { field: "cost.total_usd" } },
      aggs: { agent: by("agent_id"), model: by("cost.model"), route: by("route_group") },
    });
    const { aggregations } = answer as { aggregations: Record<string, { buckets: object[] }> };
    for (const group of ["agent", "model", "route"]) {
      expect(aggregations[group]?.buckets).toContainEqual(
        expect.objectContaining({ usd: { value: expect.closeTo(0.1858, 3) } }),
      );
    }
    const noIp = { bool: { must_not: { exists: { field: "ip" } }, filter: { term: { status: 200 } } } };
    const withoutIp = await server.request("POST", `/${name}/_search`, { query: noIp });
    expect(JSON.stringify(withoutIp)).toContain('"ip":"-"');
  });

  it("refuses where an index has the alias's name, and harms nothing", async () => {
    await server.request("PUT", `/${name}/_doc/1?refresh=true`, { kept: true });
    const { exitCode, steps } = await setup();
    expect(exitCode).toBe(1);
    expect(steps.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    expect(steps[0]?.message).toContain(`an index named "${name}" is in the way`);
    expect((await server.documents(name)).get("1")).toEqual({ kept: true });
    expect(await deliver([requestLine()])).toEqual({ outcome: "stored" });
  });

  it("prepares a data stream with its retention, and follows when that changes", async () => {
    const stream = { index: name, data_stream: true };
    const keeping = (retention: string) => setup({ ...stream, setup: { retention } });
    expect((await keeping("30d")).lines).toEqual([`created ${template}`]);
    expect(await deliver([requestLine()], stream)).toEqual({ outcome: "stored" });
    expect((await keeping("30d")).lines).toEqual([`already_there ${template}`]);
    expect((await keeping("60d")).lines).toEqual([`changed ${template}`]);
    expect((await setup(stream)).lines).toEqual([`changed ${template}`]);
    expect((await setup(stream)).lines).toEqual([`already_there ${template}`]);
    const resolved = await server.request("GET", `/_resolve/index/${name}`);
    expect(resolved).toMatchObject({ indices: [], data_streams: [{ name }] });
  });

  it("says which right is missing", async ({ skip }) => {
    if (running.access === undefined) skip("the server has no users");
    const { exitCode, steps } = await setup({ setup: { retention: "30d" } }, "guest");
    expect(exitCode).toBe(1);
    expect(steps.slice(-2).map(({ message }) => message)).toEqual([
      expect.stringContaining("give this user the right to manage index templates"),
      expect.stringContaining("give this user the right to manage aliases"),
    ]);
  });
});
