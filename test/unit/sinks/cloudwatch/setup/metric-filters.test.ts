/**
 * Goal: the filters count what the events say, once, and are put only where they are missing or other than they should be.
 * Method: the patterns are evaluated on the events of the golden fixture; the step runs on AWS in memory.
 */
import { expect, test } from "vitest";
import {
  type MetricFilterSettings,
  metricFilters,
  metricFiltersStep,
} from "../../../../../src/sinks/cloudwatch/setup/metric-filters.ts";
import { carryOut, examine, FakeAws } from "./fake-aws.ts";
import { selects } from "./filter-pattern.ts";
import { type FlatEvent, goldenEvents } from "./golden-events.ts";

const GROUP = "/mem0/audit-logs";
const FILTERS = metricFilters("mem0", GROUP);

function stepOn(aws: FakeAws, settings: Partial<MetricFilterSettings> = {}) {
  const all = { prefix: "mem0", logGroup: GROUP, eventsCarryMetrics: false, ...settings };
  return metricFiltersStep(aws, all);
}

function awsWithGroup(): FakeAws {
  const aws = new FakeAws();
  aws.logGroups.push({ logGroupName: GROUP });
  return aws;
}

/** What the filters count of these events, by metric. */
function counted(events: readonly FlatEvent[]): Record<string, number> {
  return Object.fromEntries(
    FILTERS.map(({ filterPattern, metricTransformations: [{ metricName, metricValue } = unknown()] }) => {
      const values = events
        .filter((event) => selects(filterPattern, event))
        .map((event) => Number(metricValue === "1" ? 1 : event.get(metricValue.slice(2))));
      return [metricName, values.reduce((sum, value) => sum + value, 0)];
    }),
  );
}

function unknown(): never {
  throw new Error("expected a transformation");
}

test("the filters count the events of the golden fixture", () => {
  const { CostUsd, ...counts } = counted(goldenEvents());
  expect(counts).toEqual({ Requests: 3, Errors: 1, InputTokens: 42_256 + 123, OutputTokens: 38_000 });
  expect(CostUsd).toBeCloseTo(0.1858048 + 0.00000246, 12);
});

test("health checks are no requests, and an unknown price is no zero", () => {
  const health = new Map<string, unknown>([
    ["event.kind", "request"],
    ["route_group", "system"],
    ["status", 503],
  ]);
  const unpriced = new Map<string, unknown>([
    ["event.kind", "token_usage"],
    ["route_group", "memory_create"],
    ["input_tokens", 10],
    ["output_tokens", 20],
    ["cost.total_usd", null],
  ]);
  const selecting = FILTERS.filter(({ filterPattern }) => selects(filterPattern, unpriced));
  expect(selecting.map(({ filterName }) => filterName)).toEqual(["mem0-InputTokens", "mem0-OutputTokens"]);
  expect(FILTERS.filter(({ filterPattern }) => selects(filterPattern, health))).toEqual([]);
});

test("a field that is added up occurs in its pattern", () => {
  for (const { filterPattern, metricTransformations } of FILTERS) {
    const { metricValue = "" } = metricTransformations[0] ?? {};
    if (metricValue !== "1") expect(filterPattern).toContain(metricValue);
  }
});

test("no filter has a dimension", () => {
  expect(JSON.stringify(FILTERS)).not.toContain("dimensions");
});

test("filters that are missing are put, once", async () => {
  const aws = awsWithGroup();
  const found = await carryOut(stepOn(aws));
  expect(found).toMatchObject({ state: "missing", requests: FILTERS.map((body) => ({ body })) });
  expect(await examine(stepOn(aws))).toEqual({ state: "present" });
});

test("only the filter that is other than it should be is put again", async () => {
  const aws = awsWithGroup();
  await carryOut(stepOn(aws));
  for (const filter of aws.metricFilters) if (filter.filterName === "mem0-Errors") filter.filterPattern = "";
  expect(await carryOut(stepOn(aws))).toMatchObject({
    state: "different",
    requests: [{ operation: "logs:PutMetricFilter", body: { filterName: "mem0-Errors" } }],
  });
  expect(await examine(stepOn(aws))).toEqual({ state: "present" });
});

test("before there is a log group there are no filters", async () => {
  expect(await examine(stepOn(new FakeAws()))).toMatchObject({ state: "missing" });
});

test("with metrics in the events no filters are needed", async () => {
  expect(await examine(stepOn(awsWithGroup(), { eventsCarryMetrics: true }))).toEqual({
    state: "skipped",
    message: "metrics: emf puts them into the events",
  });
});

test("with metrics in the events our filters are removed, or all would count twice; others stay", async () => {
  const aws = awsWithGroup();
  await carryOut(stepOn(aws));
  aws.metricFilters.push({ filterName: "mem0-mine", logGroupName: GROUP });
  const found = await carryOut(stepOn(aws, { eventsCarryMetrics: true }));
  expect(found).toMatchObject({ state: "different" });
  expect(aws.changes.slice(FILTERS.length).map(({ operation }) => operation)).toEqual(
    FILTERS.map(() => "logs:DeleteMetricFilter"),
  );
  expect(aws.metricFilters.map(({ filterName }) => filterName)).toEqual(["mem0-mine"]);
});

test("without the permission to look the step is refused", async () => {
  const aws = awsWithGroup();
  aws.deny("logs:DescribeMetricFilters");
  expect(await examine(stepOn(aws))).toEqual({
    state: "refused",
    message: "no permission: allow the IAM action logs:DescribeMetricFilters",
  });
});
