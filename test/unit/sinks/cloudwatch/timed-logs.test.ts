/**
 * Goal: the time is that of the service, as soon as it has answered, and goes on between answers.
 * Method: a service that dates its answers as the test says.
 */
import { expect, test } from "vitest";
import type { Logs, LogsResult } from "../../../../src/sinks/cloudwatch/logs.ts";
import { TimedLogs } from "../../../../src/sinks/cloudwatch/timed-logs.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { THROTTLED } from "./service-logs.ts";

const signal = new AbortController().signal;

test("it is unknown until the service has answered, and then follows it", async () => {
  const clock = new VirtualClock();
  let answer: LogsResult<object> = { ...THROTTLED, serverTimeMs: 1 };
  let isClosed = false;
  const service: Logs = {
    send: async () => answer as never,
    close: async () => {
      isClosed = true;
    },
  };
  const logs = new TimedLogs(service, clock);
  const ask = () => logs.send("CreateLogGroup", { logGroupName: "g" }, signal);
  await ask();
  expect(logs.nowMs).toBeUndefined();
  answer = { ok: true, output: {} };
  await ask();
  expect(logs.nowMs).toBeUndefined();
  answer = { ok: true, output: {}, serverTimeMs: 1_000_000 };
  await ask();
  expect(logs.nowMs).toBe(1_000_000);
  await clock.advance(500);
  expect(logs.nowMs).toBe(1_000_500);
  await logs.close();
  expect(isClosed).toBe(true);
});
