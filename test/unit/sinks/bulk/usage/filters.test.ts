/**
 * Goal: a selection becomes the conditions that mean the same.
 * Method: documents that differ in one member each, judged by a server that holds them.
 */
import { expect, test } from "vitest";
import { type Condition, during, equals, selected } from "../../../../../src/sinks/bulk/usage/filters.ts";
import { type BucketSelection, TIME_MAX_MS, TIME_MIN_MS } from "../../../../../src/store/bucket-query.ts";
import { aggregatingSearch, type IndexedDocument } from "../../../../support/aggregating-search.ts";

const NOON_MS = Date.parse("2026-11-21T12:00:00Z");
const ALL: BucketSelection = { fromMs: TIME_MIN_MS, untilMs: TIME_MAX_MS, includesSystem: true, filters: {} };

const plain: IndexedDocument = {
  "@timestamp": NOON_MS,
  "event.kind": "request",
  route_group: "memory_read",
  agent_id: "dev",
};
const documents: readonly IndexedDocument[] = [
  { ...plain, name: "request" },
  { ...plain, name: "usage", "event.kind": "token_usage", user_id: "boss", api_key_hash: "ff00" },
  {
    ...plain,
    name: "embedding",
    "event.kind": "embedding_usage",
    api_key_alias: "ci",
    organization_id: "acme",
    "cost.model": "titan",
    "cost.category": "embedding",
  },
  { ...plain, name: "detail", "event.kind": "retrieval_detail" },
  { ...plain, name: "health", route_group: "system" },
  { ...plain, name: "early", "@timestamp": NOON_MS - 1 },
  { ...plain, name: "late", "@timestamp": NOON_MS + 1 },
  { ...plain, name: "ops", agent_id: "ops" },
];

async function found(conditions: readonly Condition[]): Promise<string[]> {
  const names: string[] = [];
  for (const document of documents) {
    const body = {
      query: { bool: { filter: conditions } },
      aggs: { ends: { stats: { field: "@timestamp" } } },
    };
    const request = { method: "POST", path: "/", body: Buffer.from(JSON.stringify(body)) } as const;
    const answer = await aggregatingSearch([document]).send(request, new AbortController().signal);
    const { aggregations } = JSON.parse(String(answer.status && answer.body));
    if (aggregations.ends.count > 0) names.push(String(document["name"]));
  }
  return names;
}

const names = (...wanted: string[]) => wanted;

test("without limits requests and usage records count, and nothing else", async () => {
  expect(await found(selected(ALL))).toEqual(
    names("request", "usage", "embedding", "health", "early", "late", "ops"),
  );
});

test("the system's routes can be left out", async () => {
  expect(await found(selected({ ...ALL, includesSystem: false }))).not.toContain("health");
});

test("a period begins with its first moment and ends before its last", async () => {
  expect(await found([during(NOON_MS - 1, NOON_MS)])).toEqual(["early"]);
  expect(await found(selected({ ...ALL, fromMs: NOON_MS + 1 }))).toEqual(["late"]);
  expect(await found(selected({ ...ALL, untilMs: NOON_MS }))).toEqual(["early"]);
});

test.each([
  [{ agent: "ops" }, ["ops"]],
  [{ user: "boss" }, ["usage"]],
  [{ organization: "acme" }, ["embedding"]],
  [{ key: "ci" }, ["embedding"]],
  [{ key: "ff00" }, ["usage"]],
  [{ route: "system" }, ["health"]],
  [{ model: "titan" }, ["embedding"]],
  [{ category: "embedding" }, ["embedding"]],
  [{ category: "llm" }, []],
  [{ key: "ff00", user: "nobody" }, []],
])("the filters %j let pass %j", async (filters, expected) => {
  expect(await found(selected({ ...ALL, filters }))).toEqual(expected);
});

test("no value is a value", async () => {
  expect(await found([equals("user_id", null), equals("agent_id", "ops")])).toEqual(["ops"]);
  expect(await found([equals("agent_id", null)])).toEqual([]);
});
