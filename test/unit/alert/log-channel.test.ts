/**
 * Goal: an alert in the log is a line with all that is known, as loud as it is severe.
 * Method: a log that remembers.
 */
import { expect, test } from "vitest";
import { logChannel } from "../../../src/alert/log-channel.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { NOON_MS, notification } from "./finding.ts";

test.each([
  [
    "a firing alert",
    {},
    "warn",
    "alert firing: Delivery to search is late. The oldest line waits for 400 s.",
  ],
  [
    "one that only informs",
    { severity: "info" as const },
    "info",
    "alert firing: Delivery to search is late. The oldest line waits for 400 s.",
  ],
  [
    "one that is over",
    { status: "resolved" as const, ends_ms: NOON_MS },
    "info",
    "alert resolved: Delivery to search is late. The oldest line waits for 400 s.",
  ],
] as const)("%s", async (_, changes, level, message) => {
  const { log, entries } = new RecordingLog();
  const channel = logChannel(log, { instance: "shipper-1", labels: {} });
  expect(await channel.send(notification(changes), new AbortController().signal)).toEqual({ ok: true });
  expect(entries).toMatchObject([
    { level, message, fields: { alert: { fingerprint: "lag:search", value: 400 } } },
  ]);
});
