/**
 * Goal: what `setup` makes in a real OpenSearch works, is made once, and stays out of the way of what is there.
 * Method: the command itself on a server that the tests start; what it made is read back and searched.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, inject, it } from "vitest";
import { requestLine } from "../support/documents.ts";
import { deliverLines, openSearchSink } from "../support/opensearch-sink.ts";
import { startRecordingProxy } from "../support/recording-proxy.ts";
import { searchServer } from "../support/servers/search-requests.ts";
import { runSetupCommand } from "../support/setup-command.ts";

const shared = inject("openSearch");

describe.skipIf(shared.url === undefined)("setup on a real OpenSearch", () => {
  const url = shared.url ?? "";
  const server = searchServer(url);
  const signal = new AbortController().signal;
  const name = `test-${randomUUID().slice(0, 8)}-logs`;
  const FILE = "audit-2026-04-03.jsonl";
  const sink = { type: "opensearch", endpoints: [url], index: `${name}-{yyyy.MM.dd}` };
  const template = `index template "${name}"`;
  const alias = `alias "${name}" on the indices that are there`;

  /** Delivers lines as the daemon would, which puts its own template first. */
  async function deliver(lines: readonly string[], file = FILE): Promise<unknown> {
    const daemon = await openSearchSink({ endpoints: [url], index: sink.index });
    await daemon.open(signal);
    const report = await deliverLines(daemon, file, lines);
    await daemon.close();
    return report;
  }

  afterEach(async () => {
    await server.request("DELETE", `/${name}*`);
    await server.request("DELETE", `/_index_template/${name}*`);
  });

  it("changes nothing the second time", async () => {
    expect(await runSetupCommand(sink)).toMatchObject({
      exitCode: 0,
      lines: [`created ${template}`, `already_there ${alias}`],
    });
    expect(await runSetupCommand(sink)).toMatchObject({
      exitCode: 0,
      lines: [`already_there ${template}`, `already_there ${alias}`],
    });
  });

  it("lets people add up by agent, model, route and cost, under one name", async () => {
    await runSetupCommand(sink);
    const lines = readFileSync("test/fixtures/golden/input.jsonl", "utf8").trimEnd().split("\n");
    expect(await deliver([...lines, requestLine({ ip: "-" })])).toEqual({ outcome: "stored" });
    await server.request("POST", `/${name}-*/_refresh`);
    const by = (field: string) => ({
      terms: { field },
      aggs: { usd: { sum: { field: "cost.total_usd" } }, pico: { sum: { field: "cost.total_picousd" } } },
    });
    const answer = await server.request("POST", `/${name}/_search`, {
      size: 0,
      query: { exists: { field: "cost.total_usd" } },
      aggs: {
        agent: by("agent_id"),
        model: by("cost.model"),
        route: by("route_group"),
      },
    });
    const { aggregations } = answer as { aggregations: Record<string, { buckets: object[] }> };
    for (const group of ["agent", "model", "route"]) {
      expect(aggregations[group]?.buckets).toContainEqual(
        expect.objectContaining({ usd: { value: expect.closeTo(0.1858, 3) } }),
      );
    }
    const withoutIp = await server.request("POST", `/${name}/_search`, {
      query: { bool: { must_not: { exists: { field: "ip" } }, filter: { term: { status: 200 } } } },
    });
    expect(JSON.stringify(withoutIp)).toContain('"ip":"-"');
  });

  it("adds to what the daemon made: the alias on its indices, and in its template", async () => {
    await deliver([requestLine()], "audit-2026-04-02.jsonl");
    await server.request("PUT", `/${name}-of-somebody-else`);
    expect((await runSetupCommand(sink)).lines).toEqual([`changed ${template}`, `created ${alias}`]);
    await deliver([requestLine()]);
    expect(Object.keys((await server.request("GET", `/_alias/${name}`)) as object).sort()).toEqual([
      `${name}-2026.04.02`,
      `${name}-2026.04.03`,
    ]);
    expect((await runSetupCommand(sink)).lines).toEqual([
      `already_there ${template}`,
      `already_there ${alias}`,
    ]);
  });

  it("keeps what a person added to the template", async () => {
    await runSetupCommand(sink);
    const path = `/_index_template/${name}`;
    const found = JSON.stringify(await server.request("GET", path))
      .replace('"number_of_shards":"1"', '"number_of_shards":"2"')
      .replace('"properties":{', '"properties":{"my_member":{"type":"keyword"},');
    const changed = JSON.parse(found).index_templates[0].index_template;
    await server.request("PUT", path, changed);
    expect((await runSetupCommand(sink)).lines[0]).toBe(`already_there ${template}`);
    await server.request("PUT", path, { ...changed, version: 0 });
    expect((await runSetupCommand(sink)).lines[0]).toBe(`changed ${template}`);
    const after = JSON.stringify(await server.request("GET", path));
    expect(after).toContain('"my_member":{"type":"keyword"}');
    expect(after).toContain('"number_of_shards":"2"');
    expect((await runSetupCommand(sink)).lines[0]).toBe(`already_there ${template}`);
  });

  it("refuses where an index has the alias's name, says what to do, and harms nothing", async () => {
    await server.request("PUT", `/${name}/_doc/1?refresh=true`, { kept: true });
    const { exitCode, steps } = await runSetupCommand(sink);
    expect(exitCode).toBe(1);
    expect(steps.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    expect(steps[0]?.message).toContain(`an index named "${name}" is in the way`);
    expect(steps[0]?.message).toContain("_reindex");
    expect((await server.documents(name)).get("1")).toEqual({ kept: true });
    expect(await deliver([requestLine()])).toEqual({ outcome: "stored" });
    // What the message says to do.
    await server.request("POST", "/_reindex?refresh=true", {
      source: { index: name },
      dest: { index: `${name}-0` },
    });
    await server.request("DELETE", `/${name}`);
    expect((await runSetupCommand(sink)).exitCode).toBe(0);
    expect([...(await server.documents(name)).values()]).toContainEqual({ kept: true });
    expect((await server.documents(name)).size).toBe(2);
  });

  it("refuses to overwrite a template that is not its own", async () => {
    const theirs = { index_patterns: [`${name}-*`], priority: 7 };
    await server.request("PUT", `/_index_template/${name}`, theirs);
    const { exitCode, steps } = await runSetupCommand(sink);
    expect(exitCode).toBe(1);
    expect(steps[0]).toMatchObject({ outcome: "refused", message: expect.stringContaining("did not make") });
    expect(steps[1]).toMatchObject({ outcome: "already_there" });
    expect(JSON.stringify(await server.request("GET", `/_index_template/${name}`))).toContain('"priority":7');
  });

  it("says what stands in the way of the template, in the server's words", async () => {
    const other = { index_patterns: [`${name}*`], priority: 210 };
    await server.request("PUT", `/_index_template/${name}-other`, other);
    const { steps } = await runSetupCommand(sink);
    expect(steps[0]).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("have the same priority"),
    });
  });

  it("prepares a data stream, unless an index has its name", async () => {
    const stream = { ...sink, index: name, data_stream: true };
    await server.request("PUT", `/${name}`);
    expect((await runSetupCommand(stream)).steps).toMatchObject([
      { outcome: "refused", message: expect.stringContaining("in the way of the data stream") },
    ]);
    await server.request("DELETE", `/${name}`);
    expect((await runSetupCommand(stream)).lines).toEqual([`created ${template}`]);
    const daemon = await openSearchSink({ endpoints: [url], index: name, data_stream: true });
    expect(await deliverLines(daemon, FILE, [requestLine()])).toEqual({ outcome: "stored" });
    await daemon.close();
    expect((await runSetupCommand(stream)).lines).toEqual([`already_there ${template}`]);
    expect(await server.request("GET", `/_data_stream/${name}`)).toMatchObject({
      data_streams: [{ name, template: name }],
    });
    await server.request("DELETE", `/_data_stream/${name}`);
  });

  it("goes on without retention where the server has no ISM", async () => {
    const { exitCode, steps, lines } = await runSetupCommand({ ...sink, setup: { retention: "30d" } });
    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      `skipped ISM policy "${name}" that deletes indices after 30d`,
      `created ${template}`,
      `already_there ${alias}`,
    ]);
    expect(steps[0]?.message).toContain("this server has no ISM");
  });

  it("only looks in a dry run", async () => {
    await deliver([requestLine()]);
    const proxy = await startRecordingProxy(url);
    try {
      const settings = { ...sink, endpoints: [proxy.url], setup: { retention: "30d" } };
      const { exitCode, lines, steps } = await runSetupCommand(settings, { dryRun: true });
      expect(exitCode).toBe(0);
      expect(lines.slice(1)).toEqual([`would_change ${template}`, `would_create ${alias}`]);
      expect(steps[2]?.requests).toEqual([
        {
          operation: "POST /_aliases",
          body: { actions: [{ add: { index: `${name}-2026.04.03`, alias: name } }] },
        },
      ]);
      expect(proxy.requests.length).toBeGreaterThan(0);
      expect(proxy.requests.filter((request) => !/^(?:GET|HEAD) /.test(request))).toEqual([]);
    } finally {
      await proxy.close();
    }
    expect(await server.request("GET", `/_alias/${name}`)).toHaveProperty("error");
  });
});
