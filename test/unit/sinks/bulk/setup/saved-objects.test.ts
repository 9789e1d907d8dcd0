/**
 * Goal: the dashboard asks for fields that there are, hangs together, and is the same file in deploy/dashboards.
 * Method: every field that an object names is looked up in the index template's mapping.
 */
import { describe, expect, it } from "vitest";
import { parseIndexName } from "../../../../../src/sinks/bulk/index-name.ts";
import { CHARTS, SLOWEST } from "../../../../../src/sinks/bulk/setup/charts.ts";
import { savedObjects, toNdjson } from "../../../../../src/sinks/bulk/setup/saved-objects.ts";
import { indexTemplate } from "../../../../../src/sinks/bulk/template.ts";

const DEFAULT = savedObjects("mem0-audit-logs", "mem0-audit-logs-*");

interface Mapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
}

/** The type of a field in the index template; undefined if it has none. */
function typeOf(field: string): string | undefined {
  const template = indexTemplate(parseIndexName("logs"), "flat_object").body["template"];
  let mapping: Mapping | undefined = (template as { readonly mappings: Mapping }).mappings;
  for (const part of field.split(".")) mapping = mapping?.properties?.[part];
  return mapping?.type;
}

/** The fields in a query such as `status >= 400 and not route_group: "system"`. */
function fieldsOf(query: string): readonly string[] {
  return [...query.matchAll(/([@\w.]+)\s*(?::|>=|<)/g)].map(([, field = ""]) => field);
}

describe("fields", () => {
  it("that are added up are numbers", () => {
    const sums = CHARTS.flatMap((chart) => chart.sums);
    expect(sums.length).toBeGreaterThan(0);
    for (const { field } of sums) expect(["long", "double"], field).toContain(typeOf(field));
  });

  it("by which is split are keywords", () => {
    for (const { split } of CHARTS) if ("field" in split) expect(typeOf(split.field)).toBe("keyword");
  });

  it("of the queries and of the table are in the mapping", () => {
    const queries = CHARTS.flatMap(({ query, split }) => [
      query,
      ...("queries" in split ? Object.values(split.queries) : []),
    ]);
    const fields = [...queries, SLOWEST.query].flatMap(fieldsOf);
    expect(new Set(fields)).toContain("event.kind");
    for (const field of [...fields, ...SLOWEST.columns, SLOWEST.sortBy, "@timestamp"]) {
      expect(typeOf(field), field).toBeDefined();
    }
  });
});

describe("the objects", () => {
  it("refer to one another only, each before it is referred to", () => {
    const seen = new Set<string>();
    for (const { type, id, references } of DEFAULT) {
      for (const reference of references) expect(seen).toContain(`${reference.type} ${reference.id}`);
      seen.add(`${type} ${id}`);
    }
    expect(seen.size).toBe(DEFAULT.length);
  });

  it("have a panel each on the dashboard, side by side without overlap", () => {
    const dashboard = DEFAULT.at(-1);
    const references = dashboard?.references ?? [];
    const panels = JSON.parse(String(dashboard?.attributes["panelsJSON"])) as {
      readonly panelRefName: string;
      readonly gridData: { readonly x: number; readonly y: number };
    }[];
    expect(panels.map(({ panelRefName }) => panelRefName)).toEqual(references.map(({ name }) => name));
    expect(new Set(panels.map(({ gridData }) => `${gridData.x},${gridData.y}`)).size).toBe(panels.length);
    expect(references).toHaveLength(CHARTS.length + 1);
  });

  it("have ids of their own for each index, the same at every call", () => {
    const ids = (name: string) => savedObjects(name, `${name}-*`).map(({ id }) => id);
    expect(ids("a")).toEqual(ids("a"));
    expect(ids("a").filter((id) => ids("b").includes(id))).toEqual([]);
  });

  it("name their definition, which changes with what they show", () => {
    const description = (pattern: string) =>
      String(savedObjects("a", pattern).at(-1)?.attributes["description"]);
    expect(description("a-*")).toMatch(/definition [0-9a-f]{8}/);
    expect(description("a-*")).toBe(description("a-*"));
    expect(description("a")).not.toBe(description("a-*"));
  });

  it("draw shares of requests, and sums of everything else", () => {
    for (const chart of CHARTS) {
      const object = DEFAULT.find(({ id }) => id.endsWith(chart.key));
      const state = JSON.parse(String(object?.attributes["visState"]));
      expect(state.params.valueAxes[0].scale.mode).toBe(chart.isShare ? "percentage" : "normal");
      expect(state.params.seriesParams).toHaveLength(Math.max(1, chart.sums.length));
    }
  });
});

it("deploy/dashboards has the same objects; `npx vitest run saved-objects -u` writes them anew", async () => {
  const file = "../../../../../deploy/dashboards/mem0-audit-logs.ndjson";
  await expect(toNdjson(DEFAULT)).toMatchFileSnapshot(file);
});
