/**
 * Goal: Slack shows an alert well, and a name out of an audit line can neither wake everybody nor break the message.
 * Method: messages as they would be sent.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { slackChannel, slackMessage } from "../../../src/alert/slack.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { NOON_MS, notification } from "./finding.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const SENDER = { instance: "shipper-1", labels: { environment: "prod" } };

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

test("a message has a headline, the text, and where and when", () => {
  expect(slackMessage(notification(), SENDER)).toEqual({
    text: "Delivery to search is late: The oldest line waits for 400 s.",
    blocks: [
      {
        type: "header",
        text: { type: "plain_text", text: ":rotating_light: Delivery to search is late", emoji: true },
      },
      {
        type: "section",
        text: { type: "mrkdwn", text: "The oldest line waits for 400 s.", verbatim: true },
      },
      {
        type: "context",
        elements: [
          {
            type: "mrkdwn",
            text: "shipper-1 · environment=prod · critical · since 2026-11-21T12:00:00.000Z",
            verbatim: true,
          },
        ],
      },
    ],
  });
});

test("one that is over says so", () => {
  const over = notification({ status: "resolved", ends_ms: NOON_MS + 60_000 });
  const shown = JSON.stringify(slackMessage(over, SENDER));
  expect(shown).toContain(":white_check_mark: Resolved: Delivery to search is late");
  expect(shown).toContain("over at 2026-11-21T12:01:00.000Z");
});

test("nothing in a name is markup", () => {
  const shown = JSON.stringify(
    slackMessage(notification({ text: "model <!channel> & <https://x|y>" }), SENDER),
  );
  expect(shown).not.toMatch(/<[!h]/);
  expect(shown).toContain("model &lt;!channel&gt; &amp; &lt;https://x|y&gt;");
});

test("long texts stay within Slack's limits", () => {
  const { blocks } = slackMessage(notification({ title: "t".repeat(5000), text: "<".repeat(5000) }), SENDER);
  const texts = blocks.map((block) => ("text" in block ? block.text?.text : block.elements?.[0]?.text) ?? "");
  expect(texts[0]?.length).toBeLessThanOrEqual(150);
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(3000);
});

test("it is sent to the address as JSON", async () => {
  const channel = slackChannel({ url: receiver.url, timeoutMs: 20_000, tls: undefined }, SENDER, systemClock);
  expect(await channel.send(notification(), new AbortController().signal)).toEqual({ ok: true });
  expect(JSON.parse(receiver.received[0]?.body ?? "")).toEqual(slackMessage(notification(), SENDER));
});
