/**
 * Goal: a search server's answers become those of any other source.
 * Method: a server that holds documents and adds up; scripted pages of hits. Real servers: test/integration.
 */
import { describe, expect, test } from "vitest";
import { parseIndexName } from "../../../../../src/sinks/bulk/index-name.ts";
import { FIELD_TYPES } from "../../../../../src/sinks/bulk/usage/fields.ts";
import { openSearchServer } from "../../../../../src/sinks/bulk/usage/search-source.ts";
import { TIME_MAX_MS, TIME_MIN_MS } from "../../../../../src/store/bucket-query.ts";
import { UsageFault, type UsageSelection } from "../../../../../src/usage/source.ts";
import { TimeZone } from "../../../../../src/usage/time-zone.ts";
import { aggregatingSearch, type IndexedDocument } from "../../../../support/aggregating-search.ts";
import { type ScriptedTransport, scriptedTransport } from "../../../../support/scripted-transport.ts";

const INDEX = parseIndexName("audit-{yyyy.MM.dd}");
const ALL: UsageSelection = {
  fromMs: TIME_MIN_MS,
  untilMs: TIME_MAX_MS,
  includesSystem: true,
  filters: {},
  zone: TimeZone.find("America/New_York") as TimeZone,
};

/** A server with these indices of our mapping, which otherwise answers as `searched`. */
function serverOf(searched: ScriptedTransport, indices = ["audit-2026.04.03"]) {
  const bodies: Record<string, unknown>[] = [];
  const fields = Object.fromEntries(
    Object.entries(FIELD_TYPES).map(([field, [type = ""]]) => [field, { [type]: {} }]),
  );
  const capabilities = { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ indices, fields })) };
  const state = { isClosed: false };
  const transport: ScriptedTransport = {
    requests: searched.requests,
    send: async (request, signal) => {
      if (request.path.endsWith("_field_caps")) return capabilities;
      bodies.push(JSON.parse(String(request.body)));
      return searched.send(request, signal);
    },
    close: async () => {
      state.isClosed = true;
    },
  };
  return { transport, bodies, state };
}

function request(members: IndexedDocument = {}): IndexedDocument {
  return {
    "@timestamp": Date.parse("2026-03-08T12:00:00Z"),
    "event.kind": "request",
    route_group: "memory_read",
    ...members,
  };
}

async function sourceOf(documents: readonly IndexedDocument[]) {
  return openSearchServer(serverOf(aggregatingSearch(documents)).transport, INDEX);
}

describe("groups", () => {
  test("have one value for each dimension, the alias of a key before its hash", async () => {
    const source = await sourceOf([
      request({ api_key_hash: "ff", api_key_alias: "ci", status: 200 }),
      request({ api_key_hash: "ee", api_key_alias: "ci", status: 200 }),
      request({ api_key_hash: "ff", status: 200 }),
      request({ status: 2e9 }),
    ]);
    const groups = await source.groups(ALL, ["key", "status", "route"]);
    expect(groups.map(({ values, sums }) => [...values, sums.requests])).toEqual([
      [null, null, "memory_read", 1],
      ["ff", 200, "memory_read", 1],
      ["ci", 200, "memory_read", 2],
    ]);
  });

  test("of names that the store cuts are those of the store", async () => {
    const source = await sourceOf(
      ["x".repeat(255), "y".repeat(300)].map((agent_id) => request({ agent_id })),
    );
    const names = (await source.groups(ALL, ["agent"])).map(({ values }) => values[0]);
    expect(names).toEqual(["x".repeat(255), `${"y".repeat(255)}…`]);
  });

  test("of days are those of the zone, also where its clocks change", async () => {
    const hours = Array.from({ length: 48 }, (_, hour) =>
      request({ "@timestamp": Date.UTC(2026, 2, 8, 5) + hour * 3_600_000 }),
    );
    const groups = await (await sourceOf(hours)).groups(ALL, ["day"]);
    expect(groups.map(({ values, sums }) => [...values, sums.requests])).toEqual([
      ["2026-03-08", 23],
      ["2026-03-09", 24],
      ["2026-03-10", 1],
    ]);
  });

  test("of nothing are none, and it has no span", async () => {
    const source = await sourceOf([]);
    expect(await source.groups(ALL, ["day"])).toEqual([]);
    expect(await source.groups(ALL, [])).toEqual([]);
    expect(await source.span(ALL)).toBeUndefined();
  });
});

test("assumed models are named once each", async () => {
  const usage = { "event.kind": "token_usage", "cost.model_source": "default", "cost.model": "a" };
  const source = await sourceOf([
    request(usage),
    request(usage),
    request({ ...usage, "cost.model": "b", "cost.model_source": "record" }),
  ]);
  expect(await source.assumedModels(ALL)).toEqual(["a"]);
});

test("indices of somebody else are left out of every question", async () => {
  const { transport, bodies } = serverOf(aggregatingSearch([]), [
    "audit-2026.04.03",
    "audit-test-2026.04.03",
  ]);
  const source = await openSearchServer(transport, INDEX);
  await source.groups(ALL, ["day"]);
  await source.groups(ALL, []);
  await source.assumedModels(ALL);
  await source.slowest(ALL, 5);
  expect(bodies).toHaveLength(4);
  const leftOut = { bool: { must_not: { terms: { _index: ["audit-test-2026.04.03"] } } } };
  for (const body of bodies)
    expect(body["query"]).toMatchObject({ bool: { filter: expect.arrayContaining([leftOut]) } });
});

test("a transport is closed with its source, and where there is none", async () => {
  const there = serverOf(aggregatingSearch([]));
  await (await openSearchServer(there.transport, INDEX)).close();
  const missing = serverOf(aggregatingSearch([]), []);
  await expect(openSearchServer(missing.transport, INDEX)).rejects.toThrow(UsageFault);
  expect([there.state.isClosed, missing.state.isClosed]).toEqual([true, true]);
});

describe("the slowest", () => {
  function hitsOf(count: number, elapsed: (index: number) => unknown) {
    const all = Array.from({ length: count }, (_, index) => ({
      _source: { path: `/${index}`, elapsed_ms: elapsed(index), "@timestamp": "2026-04-03T00:00:00Z" },
      sort: [index],
    }));
    return scriptedTransport(({ body }) => {
      const { size, search_after } = JSON.parse(String(body));
      const start = search_after === undefined ? 0 : search_after[0] + 1;
      const hits = { hits: all.slice(start, start + size) };
      const answer = { timed_out: false, _shards: { failed: 0 }, hits };
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(answer)) };
    });
  }

  test("come page by page, as many as are wanted", async () => {
    const { transport, bodies } = serverOf(hitsOf(5000, (index) => 9999 - index));
    const rows = await (await openSearchServer(transport, INDEX)).slowest(ALL, 1500);
    expect(rows.map((row) => row.elapsed_ms)).toEqual(
      Array.from({ length: 1500 }, (_, index) => 9999 - index),
    );
    expect(bodies.map((body) => body["size"])).toEqual([1000, 500]);
  });

  test("leave out what only looks like a duration, and end where there are no more", async () => {
    const { transport } = serverOf(hitsOf(3, (index) => (index === 1 ? "900" : 1000 - index)));
    const rows = await (await openSearchServer(transport, INDEX)).slowest(ALL, 2);
    expect(rows).toEqual(
      ["/0", "/2"].map((path, index) => ({
        path,
        elapsed_ms: 1000 - 2 * index,
        agent_id: null,
        user_id: null,
        status: null,
        ts: "2026-04-03T00:00:00Z",
      })),
    );
  });
});
