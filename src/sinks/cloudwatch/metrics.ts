/**
 * The metrics of the events, in the embedded format (`metrics: emf`) or counted by metric filters: the same names, so that
 * alarms and the dashboard of `setup` read their totals, which have no dimensions, either way.
 */

/** Where they are kept. */
export const NAMESPACE = "mem0/audit";

export type MetricName = "Requests" | "Errors" | "InputTokens" | "OutputTokens" | "CostUsd";

export interface Metric {
  readonly name: MetricName;
  /** A unit of CloudWatch; it has none for money. */
  readonly unit: "Count" | "None";
}

export const METRICS: readonly Metric[] = [
  { name: "Requests", unit: "Count" },
  { name: "Errors", unit: "Count" },
  { name: "InputTokens", unit: "Count" },
  { name: "OutputTokens", unit: "Count" },
  { name: "CostUsd", unit: "None" },
];
