/**
 * Goal: each kind of channel in the configuration becomes that channel.
 * Method: one of each is opened and told something.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openChannel } from "../../../src/alert/open-channel.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { notification } from "./finding.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const SENDER = { instance: "shipper-1", labels: {} };

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

test("webhook, slack and log", async () => {
  const { log, entries } = new RecordingLog();
  const ports = { clock: systemClock, log };
  const http = { url: receiver.url, timeout: 20_000 };
  for (const options of [
    { type: "webhook", headers: {}, ...http },
    { type: "slack", ...http },
    { type: "log" },
  ] as const)
    expect(
      await openChannel(options, SENDER, ports).send(notification(), new AbortController().signal),
    ).toEqual({ ok: true });
  expect(receiver.received.map(({ body }) => Object.keys(JSON.parse(body))[0])).toEqual(["version", "text"]);
  expect(entries).toHaveLength(1);
});
