/** What goes to the channels: news of one alert, and the JSON that receivers program against. */
import { z } from "zod";
import { RULES } from "./alert.ts";

/** The version of the JSON. Members may be added within a version; none is removed, renamed or given another meaning. */
const PAYLOAD_VERSION = 1;

export const notificationSchema = z.object({
  fingerprint: z.string(),
  rule: z.enum([...RULES, "test"]),
  severity: z.enum(["info", "warning", "critical"]),
  title: z.string(),
  text: z.string(),
  labels: z.record(z.string(), z.string()),
  value: z.number(),
  threshold: z.number(),
  status: z.enum(["firing", "resolved"]),
  /** Unix milliseconds. */
  starts_ms: z.number(),
  /** Unix milliseconds; null while it fires. */
  ends_ms: z.number().nullable(),
});

/** News of an alert: it fires (maybe still), or it is over. */
export type Notification = z.output<typeof notificationSchema>;

/** Who tells it. */
export interface Sender {
  /** Tells this daemon from others. */
  readonly instance: string;
  /** The static labels of the configuration. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The JSON of a notification, as webhooks get it; its members and their meaning stand in docs/alerts.md. */
export function payloadOf(notification: Notification, { instance, labels }: Sender) {
  const { fingerprint, rule, status, severity, title, text, value, threshold } = notification;
  return {
    version: PAYLOAD_VERSION,
    fingerprint,
    rule,
    status,
    severity,
    title,
    text,
    labels: { ...labels, ...notification.labels },
    value,
    threshold,
    starts_at: new Date(notification.starts_ms).toISOString(),
    ends_at: notification.ends_ms === null ? null : new Date(notification.ends_ms).toISOString(),
    instance,
  };
}

/** What `alerts test` sends: an alert that means nothing, and is over at once. */
export function testNotification(nowMs: number): Notification {
  return {
    fingerprint: "test",
    rule: "test",
    severity: "info",
    title: "Test of an alert channel",
    text: "Nothing happened: somebody ran mem0-audit-shipper alerts test.",
    labels: {},
    value: 0,
    threshold: 0,
    status: "firing",
    starts_ms: nowMs,
    ends_ms: null,
  };
}
