/** The metrics of alerts. */
import type { AlertsView } from "../daemon/alerts.ts";
import { counter, gauge, type Metric } from "./exposition.ts";

/** None without `alerts` in the configuration. */
export function alertMetrics(alerts: AlertsView): Metric[] {
  const { enabled, rules, firing } = alerts.report();
  if (!enabled) return [];
  return [
    gauge(
      "mem0_audit_alerts_firing",
      "Alerts that fire at present.",
      rules.map(({ rule }) => [{ rule }, firing.filter((alert) => alert.rule === rule).length]),
    ),
    counter(
      "mem0_audit_alert_notifications_total",
      "Attempts to tell an alert, by what became of them; dropped: given up, because too many waited.",
      [...alerts.deliveries()].flatMap(([channel, counts]) =>
        Object.entries(counts).map(([outcome, count]) => [{ channel, outcome }, count] as const),
      ),
    ),
  ];
}
