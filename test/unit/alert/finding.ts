/** Findings and news for the tests of alerts. */
import type { Finding, Level } from "../../../src/alert/alert.ts";
import type { Notification } from "../../../src/alert/notification.ts";

export const NOON_MS = Date.parse("2026-11-21T12:00:00Z");

export function finding(level: Level, changes: Partial<Finding> = {}): Finding {
  return {
    fingerprint: "lag:search",
    rule: "lag",
    severity: "critical",
    level,
    title: "Delivery to search is late",
    text: "The oldest line waits for 400 s.",
    labels: { sink: "search" },
    value: 400,
    threshold: 300,
    ...changes,
  };
}

export function notification(changes: Partial<Notification> = {}): Notification {
  const { level: _level, labels, ...details } = finding("breached");
  return {
    ...details,
    labels: { ...labels },
    status: "firing",
    starts_ms: NOON_MS,
    ends_ms: null,
    ...changes,
  };
}

/** What is news, in short. */
export function told(news: readonly Notification[]): string[] {
  return news.map(({ status, fingerprint }) => `${status} ${fingerprint}`);
}
