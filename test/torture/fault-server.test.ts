/**
 * Goal: the server that the torture trusts behaves like OpenSearch, and each of its faults does what it says.
 * Method: plain HTTP requests against a started server, one fault at a time, compared with what is stored.
 */
import { afterEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/system/random.ts";
import { anyFault, FAULTS, type Fault, faultsInOrder } from "../support/fault-plan.ts";
import { FaultServer, type FaultServerOptions } from "../support/fault-server.ts";

let server: FaultServer;

afterEach(() => server.down());

async function start(options: FaultServerOptions = {}): Promise<void> {
  server = await FaultServer.start(options);
}

function bulkBody(...ids: readonly string[]): string {
  return ids.map((id) => `{"create":{"_id":"${id}"}}\n{"name":"${id}"}\n`).join("");
}

async function bulk(body: string, query = ""): Promise<{ status: number; text: string }> {
  const headers = { "content-type": "application/x-ndjson" };
  const response = await fetch(`${server.url}/audit/_bulk${query}`, { method: "POST", headers, body });
  return { status: response.status, text: await response.text() };
}

async function statuses(body: string): Promise<number[]> {
  const { items } = JSON.parse((await bulk(body)).text);
  return items.map((item: { create: { status: number } }) => item.create.status);
}

describe("a bulk request", () => {
  it("creates documents, and knows an id again in the same index only", async () => {
    await start();
    expect(await statuses(bulkBody("a", "b"))).toEqual([201, 201]);
    expect(await statuses(bulkBody("b", "c"))).toEqual([409, 201]);
    const elsewhere = '{"create":{"_index":"other","_id":"a"}}\n{"name":"a"}\n';
    expect(await statuses(elsewhere)).toEqual([201]);
    expect(server.store.ids().sort()).toEqual(["a", "a", "b", "c"]);
    expect(server.store.counts).toMatchObject({ created: 4, conflicts: 1, changedOnResend: 0 });
    expect(server.store.indices.get("audit")?.get("b")?.toString()).toBe('{"name":"b"}');
  });

  it("notices a document that comes again with other bytes", async () => {
    await start();
    await bulk(bulkBody("a"));
    await bulk('{"create":{"_id":"a"}}\n{"name":"changed"}\n');
    expect(server.store.counts.changedOnResend).toBe(1);
  });

  it("refuses documents by their content and those that are no JSON object, one by one", async () => {
    const refusal = { status: 400, type: "mapper_parsing_exception", reason: "failed to parse field [x]" };
    await start({ refuse: (document) => (document.includes("bad") ? refusal : undefined) });
    const body = `${bulkBody("good", "bad")}{"create":{"_id":"n"}}\nnot json\n`;
    expect(await statuses(body)).toEqual([201, 400, 400]);
    expect(server.store.ids()).toEqual(["good"]);
  });

  it("is refused as a whole if it is malformed, too large, or has a document that poisons it", async () => {
    await start({ bodyBytesMax: 1000, refuseRequest: (body) => body.includes("poison") });
    expect((await bulk('{"create":{"_id":"a"}}\n{}')).status).toBe(400);
    expect((await bulk('{"create":{}}\n{}\n')).status).toBe(400);
    expect((await bulk(bulkBody("a".repeat(1000)))).status).toBe(413);
    expect((await bulk(bulkBody("a", "poison"))).status).toBe(400);
    expect(server.refusedRequests).toEqual({ tooLarge: 1, malformed: 1 });
    expect(server.store.ids()).toEqual([]);
  });

  it("is answered with the parts that filter_path names", async () => {
    await start();
    await bulk(bulkBody("a"));
    const { text } = await bulk(bulkBody("a", "b"), "?filter_path=errors,items.*.status,items.*.error.type");
    const known = { status: 409, error: { type: "version_conflict_engine_exception" } };
    expect(JSON.parse(text)).toEqual({
      errors: true,
      items: [{ create: known }, { create: { status: 201 } }],
    });
  });
});

describe("a fault", () => {
  const NEVER_STORED: readonly Fault[] = [
    "too_many_requests",
    "unavailable",
    "bad_gateway_html",
    "ok_html",
    "cut_before_reading",
    "cut_in_request",
  ];

  it.each(FAULTS)("%s stores what it says, is counted, and ends", async (fault) => {
    await start({ plan: faultsInOrder(fault), slowMs: 1, random: { next: () => 0.6 } });
    await bulk(bulkBody("a", "b")).catch(() => undefined);
    const stored = NEVER_STORED.includes(fault) ? [] : fault === "half_stored" ? ["a"] : ["a", "b"];
    expect(server.store.ids()).toEqual(stored);
    expect(server.faults).toEqual(new Map([[fault, 1]]));
    await bulk(bulkBody("a", "b"));
    expect(server.store.ids()).toEqual(["a", "b"]);
  });

  it.each([
    ["too_many_requests", 429, "rejected execution"],
    ["unavailable", 503, "shard"],
    ["half_stored", 503, "shard"],
    ["bad_gateway_html", 502, "<html>"],
    ["ok_html", 200, "<html>"],
    ["truncated_answer", 200, '{"took":3'],
  ] as const)("%s is answered %d", async (fault, status, text) => {
    await start({ plan: faultsInOrder(fault) });
    const answer = await bulk(bulkBody("a", "b"));
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect(fault === "truncated_answer" && isJson(answer.text)).toBe(false);
  });

  it.each(["cut_before_reading", "cut_in_request", "answer_lost", "cut_in_answer"] as const)(
    "%s breaks the connection",
    async (fault) => {
      await start({ plan: faultsInOrder(fault) });
      await expect(bulk(bulkBody("a"))).rejects.toThrow();
    },
  );

  it("item_errors puts single documents off with 429 or 503", async () => {
    await start({ plan: faultsInOrder("item_errors"), random: seededRandom(3) });
    const ids = Array.from({ length: 100 }, (_, number) => `id-${number}`);
    const answered = await statuses(bulkBody(...ids));
    expect(new Set(answered)).toEqual(new Set([201, 429, 503]));
    expect(server.store.ids()).toHaveLength(answered.filter((status) => status === 201).length);
  });

  it("comes as often as the plan's share says, every kind of it", () => {
    const plan = anyFault(seededRandom(5), 0.3);
    const drawn = Array.from({ length: 3000 }, () => plan.next());
    expect(new Set(drawn)).toEqual(new Set([...FAULTS, "none"]));
    expect(drawn.filter((fault) => fault !== "none").length / drawn.length).toBeCloseTo(0.3, 1);
  });
});

describe("the server", () => {
  it("keeps port and documents while it is down", async () => {
    await start();
    const { url } = server;
    await bulk(bulkBody("a"));
    await server.down();
    await expect(bulk(bulkBody("b"))).rejects.toThrow();
    await server.up();
    expect(server.url).toBe(url);
    expect(await statuses(bulkBody("a"))).toEqual([409]);
  });

  it("keeps index templates", async () => {
    await start();
    const url = `${server.url}/_index_template/mem0-audit`;
    expect((await fetch(url, { method: "HEAD" })).status).toBe(404);
    expect((await fetch(url, { method: "PUT", body: '{"index_patterns":["a-*"]}' })).status).toBe(200);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    const found = await (await fetch(url)).json();
    expect(found).toHaveProperty("index_templates", [
      { name: "mem0-audit", index_template: { index_patterns: ["a-*"] } },
    ]);
    expect(await (await fetch(server.url)).json()).toHaveProperty("version.distribution", "opensearch");
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
