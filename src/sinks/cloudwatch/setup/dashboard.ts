/** The dashboard: cost, tokens, requests, errors, the slowest, delivery. */
import { isDeepStrictEqual } from "node:util";
import type { SetupStep } from "../../setup.ts";
import { type MetricName, NAMESPACE } from "../metrics.ts";
import { ERROR_PERCENT_MAX } from "./alarms.ts";
import { type Aws, AwsFault } from "./aws.ts";
import { COST_PER_AGENT, DELIVERY_DELAY, type SavedQuery, SLOWEST_REQUESTS } from "./saved-queries.ts";
import { awsStep, stateOf } from "./step.ts";

interface Place {
  readonly region: string;
  readonly logGroup: string;
}

const FIVE_MINUTES_S = 300;
const HOUR_S = 3600;

/** The grid of a dashboard has 24 columns. */
const THIRD = 8;
const HALF = 12;
const LOW = 6;
const HIGH = 9;

/**
 * The dashboard in the format of CloudWatch:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboardBody(place: Place) {
  const { logGroup } = place;
  return {
    widgets: [
      graph(place, [0, 0], "Cost per hour (USD, list price)", HOUR_S, [total("CostUsd", { label: "USD" })]),
      graph(place, [THIRD, 0], "Tokens per hour", HOUR_S, [
        total("InputTokens", { label: "input" }),
        total("OutputTokens", { label: "output" }),
      ]),
      graph(place, [2 * THIRD, 0], "Requests and errors", FIVE_MINUTES_S, [
        total("Requests", { label: "requests" }),
        total("Errors", { label: "errors", color: "#d62728" }),
      ]),
      errorRate(place, [0, LOW]),
      graph(place, [THIRD, LOW], "Delivered", FIVE_MINUTES_S, [
        ["AWS/Logs", "IncomingLogEvents", "LogGroupName", logGroup, { label: "events" }],
        ["AWS/Logs", "IncomingBytes", "LogGroupName", logGroup, { label: "bytes", yAxis: "right" }],
      ]),
      answer(place, [2 * THIRD, LOW], [THIRD, LOW], DELIVERY_DELAY, "timeSeries"),
      answer(place, [0, 2 * LOW], [HALF, HIGH], COST_PER_AGENT, "table"),
      answer(place, [HALF, 2 * LOW], [HALF, HIGH], SLOWEST_REQUESTS, "table"),
    ],
  };
}

/** Columns and rows. */
type Position = readonly [x: number, y: number];
type Size = readonly [width: number, height: number];

/** One of our metrics as a widget names it. */
function total(metric: MetricName, rendering: object): unknown[] {
  return [NAMESPACE, metric, rendering];
}

function graph(
  { region }: Place,
  [x, y]: Position,
  title: string,
  period: number,
  metrics: readonly unknown[],
) {
  const properties = { title, region, view: "timeSeries", stat: "Sum", period, metrics };
  return { type: "metric", x, y, width: THIRD, height: LOW, properties };
}

function errorRate(place: Place, position: Position) {
  const widget = graph(place, position, "Error rate (%)", FIVE_MINUTES_S, [
    [{ id: "rate", expression: "100 * FILL(errors, 0) / requests", label: "error rate (%)" }],
    total("Requests", { id: "requests", visible: false }),
    total("Errors", { id: "errors", visible: false }),
  ]);
  const limit = { value: ERROR_PERCENT_MAX, label: "alarm" };
  const yAxis = { left: { min: 0, max: 100 } };
  return { ...widget, properties: { ...widget.properties, annotations: { horizontal: [limit] }, yAxis } };
}

function answer(
  { region, logGroup }: Place,
  [x, y]: Position,
  [width, height]: Size,
  { title, query }: SavedQuery,
  view: "table" | "timeSeries",
) {
  const heading = title.charAt(0).toUpperCase() + title.slice(1);
  const properties = { title: heading, region, view, query: `SOURCE '${logGroup}'\n| ${query}` };
  return { type: "log", x, y, width, height, properties };
}

export function dashboardStep(aws: Aws, prefix: string, logGroup: string): SetupStep {
  const name = `${prefix}-audit`;
  return awsStep(aws, `dashboard "${name}"`, async (signal) => {
    const wanted = dashboardBody({ region: await aws.region(), logGroup });
    const existing = await storedBody(name, aws, signal);
    if (isDeepStrictEqual(existing, wanted)) return { state: "present" };
    const body = { DashboardName: name, DashboardBody: JSON.stringify(wanted) };
    return stateOf(existing !== undefined, [{ operation: "cloudwatch:PutDashboard", body }]);
  });
}

/** What the service calls a dashboard that does not exist: the first in its documents, the second in its answers. */
const NOT_FOUND = ["DashboardNotFoundError", "ResourceNotFound"];

async function storedBody(name: string, aws: Aws, signal: AbortSignal): Promise<unknown> {
  try {
    const { DashboardBody } = await aws.look("cloudwatch:GetDashboard", { DashboardName: name }, signal);
    return parsed(DashboardBody ?? "");
  } catch (fault) {
    if (fault instanceof AwsFault && NOT_FOUND.includes(fault.type)) return undefined;
    throw fault;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
