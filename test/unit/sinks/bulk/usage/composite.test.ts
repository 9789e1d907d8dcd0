/**
 * Goal: every group of every page comes once.
 * Method: scripted pages; the requests that were sent for them.
 */
import { expect, test } from "vitest";
import { allGroups, byDay, byField } from "../../../../../src/sinks/bulk/usage/composite.ts";
import { IndexReader } from "../../../../../src/sinks/bulk/usage/reader.ts";
import { scriptedTransport } from "../../../../support/scripted-transport.ts";

async function ask(pages: readonly object[]) {
  const left = [...pages];
  const transport = scriptedTransport(() => {
    const aggregations = { groups: left.shift() };
    const body = { timed_out: false, _shards: { failed: 0 }, aggregations };
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  });
  const groups: unknown[] = [];
  const conditions = [{ exists: { field: "agent_id" } }];
  const sources = { day: byDay(-3_600_000), agent_id: byField("agent_id") };
  for await (const group of allGroups(new IndexReader(transport, "audit-*"), conditions, sources, { n: {} }))
    groups.push(group);
  return { groups, bodies: transport.requests.map(({ body }) => JSON.parse(String(body))) };
}

test("pages are asked for until there is no further key", async () => {
  const { groups, bodies } = await ask([
    { after_key: { agent_id: "b" }, buckets: [{ key: "a" }, { key: "b" }] },
    { after_key: { agent_id: null }, buckets: [{ key: "c" }] },
    { buckets: [] },
  ]);
  expect(groups).toEqual([{ key: "a" }, { key: "b" }, { key: "c" }]);
  expect(bodies.map((body) => body.aggs.groups.composite.after)).toEqual([
    undefined,
    { agent_id: "b" },
    { agent_id: null },
  ]);
});

test("a request has the conditions, the sources in their order, and the aggregations of each group", async () => {
  const { bodies } = await ask([{ buckets: [] }]);
  expect(bodies).toEqual([
    {
      size: 0,
      query: { bool: { filter: [{ exists: { field: "agent_id" } }] } },
      aggs: {
        groups: {
          composite: {
            size: 1000,
            sources: [
              { day: { date_histogram: { field: "@timestamp", fixed_interval: "1d", offset: "3600000ms" } } },
              { agent_id: { terms: { field: "agent_id", missing_bucket: true } } },
            ],
          },
          aggs: { n: {} },
        },
      },
    },
  ]);
});

test("no indices, no aggregations: there are no groups", async () => {
  expect((await ask([])).groups).toEqual([]);
});
