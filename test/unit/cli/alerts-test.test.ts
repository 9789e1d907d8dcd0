/**
 * Goal: `alerts test` tells of each channel in one sentence whether it works, without its address.
 * Method: a real receiver on loopback that takes or refuses.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { testChannels } from "../../../src/cli/alerts-test.ts";
import { type Receiver, startReceiver } from "../alert/receiver.ts";
import { configOf } from "../config/loading.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let receiver: Receiver;
let terminal: FakeTerminal;
beforeEach(async () => {
  receiver = await startReceiver();
  terminal = new FakeTerminal();
  receiver.answer = (response, { body }) =>
    response.writeHead("version" in JSON.parse(body) ? 500 : 200).end();
});
afterEach(() => receiver.close());

async function run(options: Parameters<typeof testChannels>[1] = {}, alerts?: object) {
  const channels = {
    hook: { type: "webhook", url: receiver.url },
    team: { type: "slack", url: receiver.url },
  };
  const config = await configOf(JSON.stringify({ alerts: alerts ?? { channels }, log: { level: "silent" } }));
  return testChannels(config, options, terminal);
}

test("each channel is a line; one that fails makes the exit code 1", async () => {
  expect(await run()).toBe(1);
  expect(terminal.stdout).toBe("FAIL  hook (webhook): answered 500.\nok    team (slack) took the message.\n");
  expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
    rule: "test",
    fingerprint: "test",
    severity: "info",
  });
});

test("one channel alone", async () => {
  expect(await run({ channel: "team" })).toBe(0);
  expect(receiver.received).toHaveLength(1);
});

test("the same for programs", async () => {
  expect(await run({ json: true })).toBe(1);
  expect(JSON.parse(terminal.stdout)).toEqual({
    ok: false,
    channels: [
      { channel: "hook", ok: false, message: "hook (webhook): answered 500." },
      { channel: "team", ok: true, message: "team (slack) took the message." },
    ],
  });
});

test.each([
  [{ channel: "teem" }, undefined, 'there is no channel "teem"; did you mean "team"?'],
  [{}, { channels: {} }, "the configuration has no channels; add alerts.channels"],
])("nothing to test is told, with exit code 2", async (options, alerts, message) => {
  expect(await run(options, alerts)).toBe(2);
  expect(terminal.stderr).toBe(`alerts test: ${message}\n`);
});
