/**
 * Goal: the dashboard shows what there is, without overlaps, and is put when it is missing or changed.
 * Method: the widgets are looked at as data; the step runs on AWS in memory.
 */
import { expect, test } from "vitest";
import { METRICS, NAMESPACE } from "../../../../../src/sinks/cloudwatch/metrics.ts";
import { dashboardBody, dashboardStep } from "../../../../../src/sinks/cloudwatch/setup/dashboard.ts";
import { carryOut, examine, FakeAws } from "./fake-aws.ts";

const GROUP = "/mem0/audit-logs";
const { widgets } = dashboardBody({ region: "eu-west-1", logGroup: GROUP });

test("no widget covers another, and all stay within 24 columns", () => {
  const cells = widgets.flatMap(({ x, y, width, height }) => {
    expect(x + width).toBeLessThanOrEqual(24);
    return Array.from(
      { length: width * height },
      (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`,
    );
  });
  expect(new Set(cells).size).toBe(cells.length);
});

test("every metric is shown, and no other of ours", () => {
  const shown = widgets.flatMap(({ properties }) =>
    "metrics" in properties ? properties.metrics.flat() : [],
  );
  const ours = shown.filter((_, index) => shown[index - 1] === NAMESPACE);
  expect(new Set(ours)).toEqual(new Set(METRICS.map(({ name }) => name)));
});

test("every widget names its region, every question its log group", () => {
  for (const { properties } of widgets) {
    expect(properties.region).toBe("eu-west-1");
    if ("query" in properties) expect(properties.query).toMatch(/^SOURCE '\/mem0\/audit-logs'\n\| \w+ /);
  }
});

test("the dashboard is made, once", async () => {
  const aws = new FakeAws();
  const step = dashboardStep(aws, "mem0", GROUP);
  expect(step.title).toBe('dashboard "mem0-audit"');
  const wanted = JSON.stringify(dashboardBody({ region: "us-east-1", logGroup: GROUP }));
  expect(await carryOut(step)).toEqual({
    state: "missing",
    requests: [
      {
        operation: "cloudwatch:PutDashboard",
        body: { DashboardName: "mem0-audit", DashboardBody: wanted },
      },
    ],
  });
  expect(await examine(step)).toEqual({ state: "present" });
});

test("white space and the order of members make no other dashboard", async () => {
  const aws = new FakeAws();
  const body = dashboardBody({ region: "us-east-1", logGroup: GROUP });
  const turned = body.widgets.map((widget) => Object.fromEntries(Object.entries(widget).reverse()));
  aws.dashboards.set("mem0-audit", JSON.stringify({ widgets: turned }, null, 2));
  expect(await examine(dashboardStep(aws, "mem0", GROUP))).toEqual({ state: "present" });
});

test.each(['{"widgets":[]}', "", "{"])("the dashboard %o is replaced", async (stored) => {
  const aws = new FakeAws();
  aws.dashboards.set("mem0-audit", stored);
  expect(await carryOut(dashboardStep(aws, "mem0", GROUP))).toMatchObject({ state: "different" });
  expect(await examine(dashboardStep(aws, "mem0", GROUP))).toEqual({ state: "present" });
});

test("without the permission to look the step is refused, not taken for missing", async () => {
  const aws = new FakeAws();
  aws.deny("cloudwatch:GetDashboard");
  expect(await examine(dashboardStep(aws, "mem0", GROUP))).toMatchObject({ state: "refused" });
});
