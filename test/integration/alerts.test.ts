/**
 * Goal: the built daemon tells a webhook that a sink is late, once, over a kill, and that it is over.
 * Method: the daemon as a process, with a sink that refuses and a receiver that verifies signatures, both on loopback.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signatureOf } from "../../src/alert/signature.ts";
import { Workspace, waitUntil } from "../support/daemon.ts";
import { requestLine } from "../support/documents.ts";
import { type FakeOpenSearch, reply, startFakeOpenSearch } from "../support/fake-opensearch.ts";
import { type Receiver, startReceiver } from "../unit/alert/receiver.ts";

const SECRET = "a key of the test";

let workspace: Workspace;
let receiver: Receiver;
let server: FakeOpenSearch;
beforeAll(async () => {
  receiver = await startReceiver();
  server = await startFakeOpenSearch();
  server.misbehave = (_, response) => {
    reply(response, 503, "down");
    return true;
  };
  workspace = await Workspace.make({
    alerts: { lag: "10s", channels: { hook: { type: "webhook", url: receiver.url, secret: SECRET } } },
    sinks: {
      search: {
        type: "opensearch",
        endpoints: [server.url],
        template: "off",
        retry: { initial: "10ms", max: "1s" },
      },
    },
  });
  writeFileSync(join(workspace.auditDirectory, "audit-2026-11-21.jsonl"), `${requestLine()}\n`);
});
afterAll(async () => {
  await workspace.remove();
  await receiver.close();
  await server.close();
});

interface Listed {
  readonly firing: readonly { readonly fingerprint: string; readonly told: boolean }[];
  readonly resolved: readonly { readonly fingerprint: string }[];
  readonly rules: readonly { readonly rule: string; readonly state: string }[];
}

test("late, killed, late still, and over", { timeout: 300_000 }, async () => {
  const first = workspace.start("run");
  await waitUntil(() => receiver.received.length >= 1, "the first message", 120_000);
  const listed = async () => await workspace.ask<Listed>("alerts", "list");
  await waitUntil(
    async () => (await listed()).firing.some(({ told }) => told),
    "the alert in the list",
    60_000,
  );
  expect((await listed()).firing).toMatchObject([{ fingerprint: "lag:search", told: true }]);
  expect((await listed()).rules).toHaveLength(8);
  await first.kill("SIGKILL");

  server.misbehave = () => false;
  const second = workspace.start("run");
  await waitUntil(async () => (await listed()).resolved.length > 0, "the end in the list", 120_000);
  await waitUntil(() => receiver.received.length >= 2, "the second message", 60_000);
  await second.kill("SIGTERM");

  const news = receiver.received.map(({ body }) => JSON.parse(body));
  expect(news.at(0)).toMatchObject({
    status: "firing",
    fingerprint: "lag:search",
    labels: { sink: "search" },
  });
  expect(news.at(-1)).toMatchObject({ status: "resolved", starts_at: news[0].starts_at });
  for (const { headers, body } of receiver.received) {
    const header = String(headers["x-mem0-audit-signature"]);
    const seconds = Number(/^t=(\d+),/.exec(header)?.[1]);
    expect(header).toBe(signatureOf(body, SECRET, seconds * 1000));
  }
});

test("alerts test tells of each channel, and check hides addresses", { timeout: 60_000 }, async () => {
  const tested = await workspace.run("alerts", "test");
  expect([tested.code, tested.stdout]).toEqual([0, "ok    hook (webhook) took the message.\n"]);
  const checked = await workspace.run("check", "--offline");
  expect(checked.stdout).not.toContain(receiver.url);
  expect(checked.stdout).not.toContain(SECRET);
  expect(checked.stdout).toContain("alert channel hook");
});
