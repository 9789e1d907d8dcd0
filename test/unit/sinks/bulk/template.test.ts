/**
 * Goal: the template maps what we and the service write, and nothing can make it grow.
 * Method: its JSON, and the members of the golden documents. What a server makes of it is an integration test.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseIndexName } from "../../../../src/sinks/bulk/index-name.ts";
import { indexTemplate } from "../../../../src/sinks/bulk/template.ts";

type Mapping = { readonly properties?: Readonly<Record<string, Mapping>>; readonly type?: string };

function mappingOf(flatObject: "flat_object" | "flattened"): Mapping {
  const template = indexTemplate(parseIndexName("logs-{yyyy.MM.dd}"), flatObject).body["template"];
  return (template as { mappings: Mapping }).mappings;
}

function unmapped(value: object, mapping: Mapping, path = ""): string[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const inner = mapping.properties?.[name];
    if (inner === undefined) return [`${path}${name}`];
    if (inner.properties === undefined) return [];
    return unmapped(member, inner, `${path}${name}.`);
  });
}

it("is named after the indices that it matches", () => {
  const template = indexTemplate(parseIndexName("mem0-audit-logs-{yyyy.MM.dd}"), "flat_object");
  expect(template).toMatchObject({
    name: "mem0-audit-logs",
    body: { index_patterns: ["mem0-audit-logs-*"] },
  });
});

it("maps every member of the golden documents", () => {
  const lines = readFileSync("test/fixtures/golden/expected.jsonl", "utf8").trimEnd().split("\n");
  expect(lines.flatMap((line) => unmapped(JSON.parse(line)._source, mappingOf("flat_object")))).toEqual([]);
});

it("takes no further members into the mapping, and has one shard and no alias", () => {
  expect(mappingOf("flat_object")).toMatchObject({ dynamic: false });
  const { template } = indexTemplate(parseIndexName("a"), "flat_object").body as { template: object };
  expect(template).toMatchObject({ settings: { index: { number_of_shards: 1 } } });
  expect(template).not.toHaveProperty("aliases");
});

it("leaves the shards to Elasticsearch, which has one by itself and may refuse to be told", () => {
  expect(indexTemplate(parseIndexName("a"), "flattened").body["template"]).not.toHaveProperty("settings");
});

it("makes a data stream of that name only if it is to", () => {
  const name = parseIndexName("audit");
  expect(indexTemplate(name, "flattened", true).body).toMatchObject({
    index_patterns: ["audit"],
    data_stream: {},
  });
  expect(indexTemplate(name, "flattened").body).not.toHaveProperty("data_stream");
});

it("uses the type that the product has for objects with any members", () => {
  expect(mappingOf("flattened").properties?.["original"]).toEqual({ type: "flattened" });
  expect(mappingOf("flat_object").properties?.["labels"]).toEqual({ type: "flat_object" });
});
