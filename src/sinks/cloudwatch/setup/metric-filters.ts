/**
 * Metrics that CloudWatch Logs counts from the events by itself, where the events do not carry them (`metrics: none`).
 *
 * None has a dimension: each value of a dimension is a metric of its own that is paid for, and a filter with too many is
 * switched off. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
 */
import type { MetricFilter } from "@aws-sdk/client-cloudwatch-logs";
import type { SetupStep } from "../../setup.ts";
import { METRICS, type MetricName, NAMESPACE } from "../metrics.ts";
import { type Aws, AwsFault, type Change, pages } from "./aws.ts";
import { awsStep, fulfils, stateOf } from "./step.ts";

/** Requests of the route group `system` (health checks, pages) don't count, as everywhere in this program. */
const REQUESTS = '($.event.kind = "request") && ($.route_group != "system")';
const USAGE = '(($.event.kind = "token_usage") || ($.event.kind = "embedding_usage"))';

/** Which events count, and what each adds. A field that is added up has to occur in its pattern. */
const COUNTED: Readonly<Record<MetricName, { readonly pattern: string; readonly value: string }>> = {
  Requests: { pattern: `{ ${REQUESTS} }`, value: "1" },
  Errors: { pattern: `{ ${REQUESTS} && ($.status >= 400) }`, value: "1" },
  InputTokens: { pattern: `{ ${USAGE} && ($.input_tokens >= 0) }`, value: "$.input_tokens" },
  OutputTokens: { pattern: `{ ${USAGE} && ($.output_tokens >= 0) }`, value: "$.output_tokens" },
  // Null where the price is unknown: such a record adds nothing.
  CostUsd: { pattern: `{ ${USAGE} && ($.cost.total_usd >= 0) }`, value: "$.cost.total_usd" },
};

/** The filters as they are to be, each named `prefix-metric`. */
export function metricFilters(prefix: string, logGroup: string) {
  return METRICS.map(({ name, unit }) => ({
    logGroupName: logGroup,
    filterName: `${prefix}-${name}`,
    filterPattern: COUNTED[name].pattern,
    metricTransformations: [
      {
        metricNamespace: NAMESPACE,
        metricName: name,
        metricValue: COUNTED[name].value,
        // So that a time without errors is a zero and not a gap.
        defaultValue: 0,
        unit,
      },
    ],
  }));
}

export interface MetricFilterSettings {
  /** The beginning of the names. */
  readonly prefix: string;
  readonly logGroup: string;
  /** True if the events carry the metrics already: filters would count everything twice. */
  readonly eventsCarryMetrics: boolean;
}

export function metricFiltersStep(aws: Aws, settings: MetricFilterSettings): SetupStep {
  const { prefix, logGroup, eventsCarryMetrics } = settings;
  return awsStep(aws, `metric filters "${prefix}-…" of "${logGroup}"`, async (signal) => {
    const wanted = metricFilters(prefix, logGroup);
    const found = await filtersOf(logGroup, prefix, aws, signal);
    const ours = found.filter((one) => wanted.some(({ filterName }) => filterName === one.filterName));
    if (eventsCarryMetrics) {
      if (ours.length === 0) return { state: "skipped", message: "metrics: emf puts them into the events" };
      return stateOf(
        true,
        ours.map((one) => deletion(logGroup, one)),
      );
    }
    const changes = wanted
      .filter((one) => !ours.some((existing) => fulfils(existing, one)))
      .map((body): Change => ({ operation: "logs:PutMetricFilter", body }));
    return stateOf(ours.length > 0, changes);
  });
}

function deletion(logGroup: string, { filterName }: MetricFilter): Change {
  return { operation: "logs:DeleteMetricFilter", body: { logGroupName: logGroup, filterName } };
}

async function filtersOf(
  logGroup: string,
  prefix: string,
  aws: Aws,
  signal: AbortSignal,
): Promise<MetricFilter[]> {
  const found: MetricFilter[] = [];
  const input = { logGroupName: logGroup, filterNamePrefix: `${prefix}-` };
  try {
    for await (const page of pages(aws, "logs:DescribeMetricFilters", input, signal)) {
      found.push(...(page.metricFilters ?? []));
    }
  } catch (fault) {
    // No log group, no filters: the step of the log group says why there is none.
    if (!(fault instanceof AwsFault && fault.type === "ResourceNotFoundException")) throw fault;
  }
  return found;
}
