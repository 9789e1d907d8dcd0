/**
 * Goal: one run makes everything, the second changes nothing, and a permission that is missing hides nothing else.
 * Method: whole plans run on AWS in memory.
 */
import { expect, test } from "vitest";
import type { z } from "zod";
import { cloudWatchOptions } from "../../../../../src/sinks/cloudwatch/options.ts";
import { cloudWatchPlan, cloudWatchSetup } from "../../../../../src/sinks/cloudwatch/setup/plan.ts";
import { systemClock } from "../../../../../src/system/clock.ts";
import { carryOut, examine, FakeAws } from "./fake-aws.ts";

function planOn(aws: FakeAws, options: z.input<typeof cloudWatchOptions> = {}) {
  return cloudWatchPlan(cloudWatchOptions.parse(options), aws);
}

async function runAll(aws: FakeAws, options?: z.input<typeof cloudWatchOptions>): Promise<string[]> {
  const states: string[] = [];
  for (const step of planOn(aws, options).steps) states.push((await carryOut(step)).state);
  return states;
}

const ALL = { retention_days: 30, setup: { daily_cost_usd: 50 } };

test("the steps are told by what they make", () => {
  expect(planOn(new FakeAws(), ALL).steps.map(({ title }) => title)).toEqual([
    'log group "/mem0/audit-logs", events kept for 30 days',
    'metric filters "mem0-…" of "/mem0/audit-logs"',
    'alarm "mem0-error-rate"',
    'alarm "mem0-daily-cost"',
    'saved queries "mem0/…"',
    'dashboard "mem0-audit"',
  ]);
});

test("the second run changes nothing", async () => {
  const aws = new FakeAws();
  expect(new Set(await runAll(aws, ALL))).toEqual(new Set(["missing"]));
  const made = aws.changes.length;
  expect(new Set(await runAll(aws, ALL))).toEqual(new Set(["present"]));
  expect(aws.changes.length).toBe(made);
});

test("a dry run changes nothing", async () => {
  const aws = new FakeAws();
  for (const step of planOn(aws, ALL).steps) await examine(step);
  expect(aws.changes).toEqual([]);
});

test("all names begin as the configuration says", async () => {
  const aws = new FakeAws();
  await runAll(aws, { setup: { name: "staging", daily_cost_usd: 1 } });
  const names = [
    ...aws.metricFilters.map(({ filterName }) => filterName),
    ...aws.alarms.map(({ AlarmName }) => AlarmName),
    ...aws.queries.map(({ name }) => name),
    ...aws.dashboards.keys(),
  ];
  expect(names.filter((name) => !/^staging[-/]/.test(name ?? ""))).toEqual([]);
});

test("metrics in the events take the place of filters; alarms and dashboard stay the same", async () => {
  const counted = new FakeAws();
  const embedded = new FakeAws();
  await runAll(counted, ALL);
  expect(await runAll(embedded, { ...ALL, metrics: "emf" })).toContain("skipped");
  expect(embedded.metricFilters).toEqual([]);
  expect(embedded.alarms).toEqual(counted.alarms);
  expect(embedded.dashboards).toEqual(counted.dashboards);
});

test("a permission that is missing stops only its own step", async () => {
  const aws = new FakeAws();
  aws.deny("logs:DescribeQueryDefinitions");
  expect(await runAll(aws)).toEqual(["missing", "missing", "missing", "refused", "missing"]);
});

test("closing the plan closes AWS", async () => {
  const aws = new FakeAws();
  await planOn(aws).close();
  expect(aws.isClosed).toBe(true);
});

test("a file of tls that is not there is told by the steps", async () => {
  const memory = { load: async () => ({}), save: async () => {} };
  const plan = cloudWatchSetup(cloudWatchOptions.parse({ tls: { ca_file: "/nowhere/ca.pem" } }), {
    name: "audit",
    clock: systemClock,
    instance: "",
    labels: {},
    memory,
  });
  const [group] = plan.steps;
  expect(group && (await examine(group))).toMatchObject({
    state: "refused",
    message: expect.stringContaining("tls.ca_file: there is no file /nowhere/ca.pem"),
  });
  await plan.close();
});
