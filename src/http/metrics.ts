/** Which metrics there are. Their names and labels are a promise to everybody's dashboards and alerts. */
import type { BudgetStatus } from "../budget/status.ts";
import { picousdToDecimal } from "../cost/money.ts";
import type { AlertsView } from "../daemon/alerts.ts";
import {
  conservationResidual,
  type DaemonView,
  laneLagBytes,
  type UsageCounters,
} from "../daemon/status-report.ts";
import type { LaneSnapshot } from "../lane/snapshot.ts";
import { alertMetrics } from "./alert-metrics.ts";
import { budgetMetrics } from "./budgets-metrics.ts";
import { counter, exposition, gauge, histogram, type Metric, type Sample } from "./exposition.ts";
import { type Amount, topAmounts } from "./top-amounts.ts";

/** Agents, and models without a price, that get a series of their own. */
const SERIES_MAX = 50;

function perLane(lanes: readonly LaneSnapshot[], value: (lane: LaneSnapshot) => number): Sample[] {
  return lanes.map((lane) => [{ sink: lane.name }, value(lane)]);
}

function fateSamples({ name, fates }: LaneSnapshot): Sample[] {
  return [
    [{ sink: name, fate: "stored" }, fates.stored],
    [{ sink: name, fate: "duplicate" }, fates.duplicate],
    [{ sink: name, fate: "dead_letter" }, fates.deadLetter],
    [{ sink: name, fate: "skipped" }, fates.skipped],
  ];
}

function retrySamples({ name, retries }: LaneSnapshot): Sample[] {
  return Object.entries(retries).map(([reason, count]) => [{ sink: name, reason }, count]);
}

function laneMetrics(lanes: readonly LaneSnapshot[]): Metric[] {
  return [
    counter(
      "mem0_audit_lines_read_total",
      "Lines read from the audit files.",
      perLane(lanes, (lane) => lane.linesRead),
    ),
    counter("mem0_audit_lines_total", "Lines by their final fate.", lanes.flatMap(fateSamples)),
    gauge(
      "mem0_audit_in_flight_lines",
      "Lines read that have no fate yet.",
      perLane(lanes, (lane) => lane.inFlightLines),
    ),
    gauge("mem0_audit_lag_bytes", "Bytes of complete lines not delivered yet.", perLane(lanes, laneLagBytes)),
    gauge(
      "mem0_audit_oldest_unacked_seconds",
      "Age of the oldest line without a fate, since it was first seen.",
      perLane(lanes, (lane) => lane.oldestUnackedSeconds),
    ),
    counter("mem0_audit_retries_total", "Attempts that have to be repeated.", lanes.flatMap(retrySamples)),
    histogram(
      "mem0_audit_batch_bytes",
      "Sizes of delivered payloads.",
      lanes.map((lane) => [{ sink: lane.name }, lane.batchBytes]),
    ),
    histogram(
      "mem0_audit_deliver_seconds",
      "Durations of deliveries.",
      lanes.map((lane) => [{ sink: lane.name }, lane.deliverSeconds]),
    ),
    gauge(
      "mem0_audit_conservation_residual",
      "Lines read that are neither in flight nor have a fate: always 0.",
      perLane(lanes, conservationResidual),
    ),
  ];
}

function topSamples(label: string, amounts: readonly Amount[], format: (amount: bigint) => string): Sample[] {
  return topAmounts(amounts, SERIES_MAX).map(([name, amount]) => [{ [label]: name }, format(amount)]);
}

function usageMetrics(usage: UsageCounters): Metric[] {
  return [
    counter(
      "mem0_audit_tokens_total",
      "Tokens used.",
      usage.tokens.map(({ category, direction, count }) => [{ category, direction }, count]),
    ),
    counter(
      "mem0_audit_cost_usd_total",
      "List price of the tokens used, in US dollars.",
      usage.costs.map(({ category, picousd }) => [{ category }, picousdToDecimal(picousd)]),
    ),
    counter(
      "mem0_audit_agent_cost_usd_total",
      "The same for the most expensive agents, the others as one.",
      topSamples(
        "agent",
        usage.agentCosts.map(({ agent, picousd }) => [agent, picousd]),
        picousdToDecimal,
      ),
    ),
    counter(
      "mem0_audit_unpriced_records_total",
      "Usage records of models without a known price.",
      topSamples(
        "model",
        usage.unpriced.map(({ model, records }) => [model, BigInt(records)]),
        String,
      ),
    ),
  ];
}

/**
 * The text that Prometheus scrapes.
 *
 * @param budgets none if there are none, or if how they stand is not known
 */
export function metricsText(
  view: DaemonView,
  budgets: readonly BudgetStatus[] = [],
  alerts?: AlertsView,
): string {
  const usage = view.usage();
  return exposition([
    ...laneMetrics(view.lanes()),
    ...(usage === undefined ? [] : usageMetrics(usage)),
    ...(budgets.length === 0 ? [] : budgetMetrics(budgets)),
    ...(alerts === undefined ? [] : alertMetrics(alerts)),
  ]);
}
