/**
 * Goal: the JSON that receivers program against does not change.
 * Method: whole payloads, member by member.
 */
import { expect, test } from "vitest";
import { notificationSchema, payloadOf, testNotification } from "../../../src/alert/notification.ts";
import { NOON_MS, notification } from "./finding.ts";

const SENDER = { instance: "shipper-1", labels: { environment: "prod", sink: "of the configuration" } };

test("a firing alert", () => {
  expect(JSON.stringify(payloadOf(notification(), SENDER))).toBe(
    JSON.stringify({
      version: 1,
      fingerprint: "lag:search",
      rule: "lag",
      status: "firing",
      severity: "critical",
      title: "Delivery to search is late",
      text: "The oldest line waits for 400 s.",
      labels: { environment: "prod", sink: "search" },
      value: 400,
      threshold: 300,
      starts_at: "2026-11-21T12:00:00.000Z",
      ends_at: null,
      instance: "shipper-1",
    }),
  );
});

test("one that is over says when", () => {
  const over = notification({ status: "resolved", ends_ms: NOON_MS + 60_000 });
  expect(payloadOf(over, SENDER)).toMatchObject({ status: "resolved", ends_at: "2026-11-21T12:01:00.000Z" });
});

test("the test message says that nothing happened", () => {
  const message = testNotification(NOON_MS);
  expect(notificationSchema.parse(message)).toEqual(message);
  expect(message).toMatchObject({ rule: "test", severity: "info" });
});
