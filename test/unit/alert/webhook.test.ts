/**
 * Goal: a webhook gets the documented JSON, signed if there is a key.
 * Method: a real server on loopback.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { payloadOf } from "../../../src/alert/notification.ts";
import { signatureOf } from "../../../src/alert/signature.ts";
import { webhookChannel } from "../../../src/alert/webhook.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { NOON_MS, notification } from "./finding.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const SENDER = { instance: "shipper-1", labels: {} };
const clock = { ...systemClock, nowMs: () => NOON_MS };

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

async function send(secret: string | undefined) {
  const target = {
    url: receiver.url,
    headers: { Authorization: "Bearer x" },
    timeoutMs: 20_000,
    tls: undefined,
    secret,
  };
  const result = await webhookChannel(target, SENDER, clock).send(
    notification(),
    new AbortController().signal,
  );
  expect(result).toEqual({ ok: true });
  const [received] = receiver.received;
  return { headers: received?.headers ?? {}, body: received?.body ?? "" };
}

test("the body is the payload, signed with the key", async () => {
  const { headers, body } = await send("key");
  expect(JSON.parse(body)).toEqual(payloadOf(notification(), SENDER));
  expect(headers["x-mem0-audit-signature"]).toBe(signatureOf(body, "key", NOON_MS));
  expect(headers["authorization"]).toBe("Bearer x");
});

test("without a key there is no signature", async () => {
  expect((await send(undefined)).headers).not.toHaveProperty("x-mem0-audit-signature");
});
