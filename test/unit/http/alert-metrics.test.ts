/**
 * Goal: scrapes tell what fires and whether it could be told, with names that do not change.
 * Method: a report written by hand.
 */
import { expect, test } from "vitest";
import { type AlertsReport, NOTHING_WATCHED } from "../../../src/alert/report.ts";
import { alertMetrics } from "../../../src/http/alert-metrics.ts";
import { exposition } from "../../../src/http/exposition.ts";

const firing = { rule: "lag" } as AlertsReport["firing"][number];
const report: AlertsReport = {
  ...NOTHING_WATCHED,
  enabled: true,
  rules: [
    { rule: "spike", state: "warming_up", note: "" },
    { rule: "lag", state: "watching", note: "" },
  ],
  firing: [firing, firing],
};

test("rules and channels have a series each", () => {
  const deliveries = () => new Map([["hook", { delivered: 3, failed: 2, dropped: 0 }]]);
  const lines = exposition(alertMetrics({ report: () => report, deliveries })).split("\n");
  expect(lines.filter((line) => !line.startsWith("#"))).toEqual([
    'mem0_audit_alerts_firing{rule="spike"} 0',
    'mem0_audit_alerts_firing{rule="lag"} 2',
    'mem0_audit_alert_notifications_total{channel="hook",outcome="delivered"} 3',
    'mem0_audit_alert_notifications_total{channel="hook",outcome="failed"} 2',
    'mem0_audit_alert_notifications_total{channel="hook",outcome="dropped"} 0',
    "",
  ]);
});

test("without alerts there are none", () => {
  expect(alertMetrics({ report: () => NOTHING_WATCHED, deliveries: () => new Map() })).toEqual([]);
});
