/**
 * The dashboard as saved objects, in the form that OpenSearch Dashboards and Kibana share: that of Kibana 7.10, from
 * which both come. Newer versions migrate it when it is imported.
 *
 * Source: the export of both products (Management, Saved objects), "Saved objects import API" of elastic.co.
 */
import { createHash } from "node:crypto";
import { CHARTS, type Chart, SLOWEST } from "./charts.ts";

export interface SavedObject {
  readonly type: "index-pattern" | "visualization" | "search" | "dashboard";
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  /** Up to where its form is current. */
  readonly migrationVersion: Readonly<Record<string, string>>;
}

interface Reference {
  readonly name: string;
  readonly type: SavedObject["type"];
  readonly id: string;
}

const INDEX_REFERENCE = "kibanaSavedObjectMeta.searchSourceJSON.index";
const SERIES_MAX = 10;
/** In columns of a dashboard's grid, of which there are 48, and in its rows. */
const PANEL = { width: 24, height: 15 };

/**
 * The index pattern, the charts, the table and the dashboard over them. `name` makes ids of their own for each index,
 * the same at every call; `pattern` is what is searched.
 */
export function savedObjects(name: string, pattern: string): readonly SavedObject[] {
  const idOf = (key: string) => `mem0-audit-shipper-${name}-${key}`;
  const index: SavedObject = {
    type: "index-pattern",
    id: idOf("index"),
    attributes: { title: pattern, timeFieldName: "@timestamp" },
    references: [],
    migrationVersion: { "index-pattern": "7.6.0" },
  };
  const charts = CHARTS.map((chart) => visualization(chart, idOf(chart.key), index.id));
  const panels = [...charts, slowestRequests(idOf(SLOWEST.key), index.id)];
  return [index, ...panels, dashboard(idOf("dashboard"), name, index, panels)];
}

/** Objects as the file that is imported: one on each line. */
export function toNdjson(objects: readonly SavedObject[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
}

function visualization(chart: Chart, id: string, indexId: string): SavedObject {
  return {
    type: "visualization",
    id,
    attributes: {
      title: chart.title,
      description: "",
      version: 1,
      uiStateJSON: "{}",
      visState: JSON.stringify({
        title: chart.title,
        type: "histogram",
        aggs: aggregations(chart),
        params: barParameters(chart),
      }),
      kibanaSavedObjectMeta: searchSource(chart.query),
    },
    references: [{ name: INDEX_REFERENCE, type: "index-pattern", id: indexId }],
    migrationVersion: { visualization: "7.10.0" },
  };
}

interface Metric {
  readonly id: string;
  readonly label: string;
  readonly aggregation: object;
}

function metricsOf({ sums }: Chart): readonly Metric[] {
  if (sums.length === 0) {
    return [
      { id: "1", label: "Requests", aggregation: { type: "count", params: { customLabel: "Requests" } } },
    ];
  }
  return sums.map(({ field, label }, index) => ({
    id: String(index + 1),
    label,
    aggregation: { type: "sum", params: { field, customLabel: label } },
  }));
}

function aggregations(chart: Chart): readonly object[] {
  const metrics = metricsOf(chart);
  const time = { field: "@timestamp", interval: chart.interval, min_doc_count: 1, drop_partials: false };
  return [
    ...metrics.map(({ id, aggregation }) => ({ id, enabled: true, schema: "metric", ...aggregation })),
    {
      id: String(metrics.length + 1),
      enabled: true,
      schema: "segment",
      type: "date_histogram",
      params: time,
    },
    { id: String(metrics.length + 2), enabled: true, schema: "group", ...splitAggregation(chart) },
  ];
}

function splitAggregation({ split }: Chart): object {
  if ("queries" in split) {
    const filters = Object.entries(split.queries).map(([label, query]) => ({
      label,
      input: { query, language: "kuery" },
    }));
    return { type: "filters", params: { filters } };
  }
  const params = {
    field: split.field,
    orderBy: "1",
    order: "desc",
    size: SERIES_MAX,
    otherBucket: true,
    otherBucketLabel: "other",
    missingBucket: true,
    missingBucketLabel: "none",
  };
  return { type: "terms", params };
}

function barParameters(chart: Chart): object {
  const metrics = metricsOf(chart);
  const axisTitle = metrics.map(({ label }) => label).join(", ");
  return {
    type: "histogram",
    grid: { categoryLines: false },
    categoryAxes: [
      {
        id: "CategoryAxis-1",
        type: "category",
        position: "bottom",
        show: true,
        scale: { type: "linear" },
        labels: { show: true, filter: true, truncate: 100 },
        title: {},
        style: {},
      },
    ],
    valueAxes: [
      {
        id: "ValueAxis-1",
        name: "LeftAxis-1",
        type: "value",
        position: "left",
        show: true,
        scale: { type: "linear", mode: chart.isShare ? "percentage" : "normal" },
        labels: { show: true, rotate: 0, filter: false, truncate: 100 },
        title: { text: axisTitle },
        style: {},
      },
    ],
    seriesParams: metrics.map(({ id, label }) => ({
      show: true,
      type: "histogram",
      mode: "stacked",
      data: { id, label },
      valueAxis: "ValueAxis-1",
    })),
    addTooltip: true,
    addLegend: true,
    legendPosition: "right",
    times: [],
    addTimeMarker: false,
  };
}

function slowestRequests(id: string, indexId: string): SavedObject {
  return {
    type: "search",
    id,
    attributes: {
      title: SLOWEST.title,
      description: "",
      hits: 0,
      version: 1,
      columns: SLOWEST.columns,
      sort: [[SLOWEST.sortBy, "desc"]],
      kibanaSavedObjectMeta: searchSource(SLOWEST.query),
    },
    references: [{ name: INDEX_REFERENCE, type: "index-pattern", id: indexId }],
    migrationVersion: { search: "7.9.3" },
  };
}

function searchSource(query: string): object {
  const source = { query: { query, language: "kuery" }, filter: [], indexRefName: INDEX_REFERENCE };
  return { searchSourceJSON: JSON.stringify(source) };
}

function dashboard(
  id: string,
  name: string,
  index: SavedObject,
  panels: readonly SavedObject[],
): SavedObject {
  const attributes = {
    title: `Audit logs of mem0 (${name})`,
    hits: 0,
    version: 1,
    timeRestore: true,
    timeFrom: "now-30d",
    timeTo: "now",
    refreshInterval: { pause: true, value: 0 },
    optionsJSON: JSON.stringify({ hidePanelTitles: false, useMargins: true }),
    panelsJSON: JSON.stringify(panels.map((_panel, number) => placed(number))),
    kibanaSavedObjectMeta: {
      searchSourceJSON: JSON.stringify({ query: { query: "", language: "kuery" }, filter: [] }),
    },
  };
  const description =
    "Cost, tokens, errors and slow requests of the mem0 Memory Service. Made by mem0-audit-shipper setup, " +
    `definition ${fingerprint([index, panels, attributes])}: copy it before you change it.`;
  const references = panels.map((panel, number) => ({
    name: `panel_${number}`,
    type: panel.type,
    id: panel.id,
  }));
  return {
    type: "dashboard",
    id,
    attributes: { ...attributes, description },
    references,
    migrationVersion: { dashboard: "7.9.3" },
  };
}

/** The place of a panel: two to a row. */
function placed(number: number): object {
  const panelIndex = String(number + 1);
  const gridData = {
    i: panelIndex,
    x: (number % 2) * PANEL.width,
    y: Math.floor(number / 2) * PANEL.height,
    w: PANEL.width,
    h: PANEL.height,
  };
  return { version: "7.9.3", panelIndex, panelRefName: `panel_${number}`, gridData, embeddableConfig: {} };
}

/** Changes with everything that is shown; the products themselves rewrite what is imported. */
function fingerprint(definition: unknown): string {
  return createHash("sha256").update(JSON.stringify(definition)).digest("hex").slice(0, 8);
}
