/**
 * Goal: the whole daemon brings audit files into a real OpenSearch completely, once, and with exact costs.
 * Method: the built program as a process on folders of its own; what arrived is read back from the server.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { identifyGeneration } from "../../src/tail/generation.ts";
import { Workspace, waitUntil } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { searchServer } from "../support/servers/search-requests.ts";

const shared = inject("openSearch");

interface UsageAnswer {
  readonly totals: Readonly<Record<string, number | string>>;
}

interface Sums {
  readonly aggregations: Readonly<Record<string, { readonly value: number }>>;
}

describe.skipIf(shared.url === undefined)("the daemon on a real OpenSearch", () => {
  const url = shared.url ?? "";
  const server = searchServer(url);
  let prefix: string;
  let workspace: Workspace;

  beforeEach(async () => {
    prefix = `job-${randomUUID().slice(0, 8)}`;
    workspace = await Workspace.make({
      sinks: { search: { type: "opensearch", endpoints: [url], index: `${prefix}-{yyyy.MM.dd}` } },
    });
  });
  afterEach(async () => {
    await workspace.remove();
    await server.request("DELETE", `/${prefix}-*`);
    await server.request("DELETE", `/_index_template/${prefix}*`);
  });

  const auditFile = (name: string) => join(workspace.auditDirectory, name);

  it("turns the golden lines into the golden documents, ids included, and the same after the state is lost", async () => {
    copyFileSync("test/fixtures/golden/input.jsonl", auditFile("audit-2026-04-03.jsonl"));
    const expected = readFileSync("test/fixtures/golden/expected.jsonl", "utf8").trimEnd().split("\n");
    for (const _round of ["first", "after the state folder was deleted"]) {
      expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
      const stored = await server.documents(`${prefix}-2026.04.03`);
      expect(stored.size).toBe(expected.length);
      for (const line of expected) {
        const { _id, _source } = JSON.parse(line);
        const document = stored.get(_id) as Record<string, Record<string, unknown>>;
        if (_source.cost !== undefined) {
          expect(document?.["cost"]?.["price_id"]).toMatch(/^[0-9a-f]{12}$/);
          _source.cost.price_id = document?.["cost"]?.["price_id"];
        }
        expect(document).toEqual(_source);
        expect(Object.keys(document ?? {})).toEqual(Object.keys(_source));
      }
      await workspace.removeState();
    }
  });

  it("gives the same totals from the embedded store, by aggregation on the server, and by a plain count", async () => {
    const samples = readdirSync("test/fixtures/audit");
    expect(samples.length).toBeGreaterThan(1);
    for (const name of samples) copyFileSync(join("test/fixtures/audit", name), auditFile(name));
    const records = samples
      .flatMap((name) => readFileSync(join("test/fixtures/audit", name), "utf8").trimEnd().split("\n"))
      .map((line) => JSON.parse(line));
    const usageRecords = records.filter(({ type }) => type === "token_usage");
    const sum = (pick: (record: Record<string, number>) => number) =>
      usageRecords.reduce((total, record) => total + pick(record), 0);
    // Claude 3.5 Haiku: $0.80 and $4.00 a million tokens, so 800,000 and 4,000,000 pico-dollars a token.
    const picousd = sum(
      ({ input_tokens = 0, output_tokens = 0 }) => input_tokens * 800_000 + output_tokens * 4_000_000,
    );

    expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
    const { totals } = await workspace.ask<UsageAnswer>("usage", "--all");
    expect(totals).toMatchObject({
      requests: records.filter(({ method }) => method !== undefined).length,
      llm_calls: sum(({ llm_calls = 0 }) => llm_calls),
      input_tokens: sum(({ input_tokens = 0 }) => input_tokens),
      output_tokens: sum(({ output_tokens = 0 }) => output_tokens),
      total_usd: (picousd / 1e12).toString(),
    });
    await server.request("POST", `/${prefix}-*/_refresh`);
    const fields = ["cost.total_picousd", "input_tokens", "output_tokens", "llm_calls"];
    const { aggregations } = (await server.request("POST", `/${prefix}-*/_search?size=0`, {
      aggs: Object.fromEntries(fields.map((field) => [field.replace(".", "_"), { sum: { field } }])),
    })) as Sums;
    expect(aggregations["cost_total_picousd"]?.value).toBe(picousd);
    expect(aggregations["input_tokens"]?.value).toBe(totals["input_tokens"]);
    expect(aggregations["output_tokens"]?.value).toBe(totals["output_tokens"]);
    expect(aggregations["llm_calls"]?.value).toBe(totals["llm_calls"]);
  });

  it("delivers what is appended while it runs, and dead-letters only what the server refuses for the line's sake", async () => {
    const name = "audit-2026-04-03.jsonl";
    await server.request("PUT", `/${prefix}-2026.04.03`, {
      mappings: { properties: { status: { type: "long" } } },
    });
    writeFileSync(auditFile(name), `${requestLine()}\n`);
    const daemon = workspace.start("run");
    await waitUntil(
      async () => (await server.documents(`${prefix}-2026.04.03`)).size === 1,
      "the first line",
    );
    const lines = [
      requestLine({ path: "/memory/list" }),
      requestLine({ status: "private words" }),
      "not json",
      "",
    ];
    appendFileSync(auditFile(name), `${lines.join("\n")}\n${requestLine({ path: "/memory/add" })}\n{"torn`);
    await waitUntil(
      async () => (await server.documents(`${prefix}-2026.04.03`)).size === 3,
      "its neighbours",
    );
    const { total, items } = await waitForLetters(3);
    expect(total).toBe(3);
    expect(items.map(({ sink, type }) => `${sink} ${type}`).sort()).toEqual([
      "local not_json",
      "search mapper_parsing_exception",
      "search not_json",
    ]);
    expect(JSON.stringify(items)).not.toContain("private words");
    expect(await daemon.kill("SIGTERM")).toMatchObject({ code: 0 });
    const { sinks } = await workspace.ask<{ sinks: { files: object[] }[] }>("status");
    const size = readFileSync(auditFile(name)).length;
    for (const { files } of sinks)
      expect(files).toEqual([
        {
          name,
          size,
          delivered_offset: size - '{"torn'.length,
          lag_bytes: 0,
          partial_bytes: '{"torn'.length,
        },
      ]);
  });

  async function waitForLetters(total: number) {
    type Letters = { total: number; items: { sink: string; type: string }[] };
    let letters: Letters = { total: 0, items: [] };
    await waitUntil(async () => {
      letters = await workspace.ask<Letters>("dead-letters", "list");
      return letters.total >= total;
    }, "the dead letters");
    return letters;
  }

  it("knows its lines again under another name of the machine: ids hang on name, first line and offset alone", async () => {
    const name = "audit-2026-04-04.jsonl";
    const lines = [requestLine(), requestLine({ path: "/memory/list" })];
    writeFileSync(auditFile(name), `${lines.join("\n")}\n`);
    expect(await workspace.run("run", "--once")).toMatchObject({ code: 0 });
    const generation = identifyGeneration("", name, Buffer.from(lines[0] ?? ""), 0);
    const stored = await server.documents(`${prefix}-2026.04.04`);
    expect([...stored.keys()].sort()).toEqual(
      [`${generation.id}-0`, `${generation.id}-${Buffer.byteLength(`${lines[0]}\n`)}`].sort(),
    );
  });
});
