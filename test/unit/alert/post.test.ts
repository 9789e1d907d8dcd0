/**
 * Goal: whatever a channel's server does, an attempt ends with one sentence that does not name the address.
 * Method: a real server on loopback that is slow, wrong, cut off, redirecting or lying.
 */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Post, post } from "../../../src/alert/post.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { isOpensslMissing, makeCertificates } from "../../support/certificates.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

function send(changes: Partial<Post> = {}, signal = new AbortController().signal) {
  const message = { url: receiver.url, headers: {}, body: '{"a":"ü"}', timeoutMs: 20_000, tls: undefined };
  return post({ ...message, ...changes }, systemClock, signal);
}

test("what is sent arrives, byte for byte, with its headers", async () => {
  const headers = { "X-Mine": "yes" };
  expect(await send({ headers })).toEqual({ ok: true });
  expect(receiver.received).toMatchObject([
    {
      path: "/hook",
      body: '{"a":"ü"}',
      headers: { "x-mine": "yes", "content-type": "application/json; charset=utf-8" },
    },
  ]);
});

test.each([
  [500, "answered 500"],
  [404, "answered 404"],
  [302, "answered 302; redirects are not followed, set url to where it leads"],
])("status %d is a failure", async (status, problem) => {
  receiver.answer = (response) => response.writeHead(status, { Location: receiver.url }).end();
  expect(await send()).toEqual({ ok: false, problem });
  expect(receiver.received).toHaveLength(1);
});

test("a server that says nothing is given up in time", async () => {
  receiver.answer = () => undefined;
  expect(await send({ timeoutMs: 50 })).toEqual({ ok: false, problem: "no answer within 0.05 s" });
});

test("a stop gives up at once", async () => {
  receiver.answer = () => undefined;
  const stop = new AbortController();
  const sent = send({}, stop.signal);
  stop.abort();
  expect(await sent).toMatchObject({ ok: false, problem: expect.stringContaining("the daemon stops") });
});

test("a connection that is cut, and one that is refused, are failures without the address", async () => {
  receiver.answer = (response) => response.destroy();
  expect(await send()).toEqual({ ok: false, problem: "the connection failed (ECONNRESET)" });
  await receiver.close();
  expect(await send()).toEqual({ ok: false, problem: "the connection failed (ECONNREFUSED)" });
});

test("an answer without end is not waited for", async () => {
  receiver.answer = (response) => {
    response.writeHead(200);
    response.write("x");
  };
  expect(await send()).toEqual({ ok: true });
});

test("a file of tls that is not there is a failure that names it", async () => {
  const tls = { ca_file: "/nowhere.pem", cert_file: "", key_file: "", verify: true };
  expect(await send({ tls })).toEqual({ ok: false, problem: "tls.ca_file: there is no file /nowhere.pem" });
});

test.skipIf(isOpensslMissing())("over TLS the server must be trusted", { timeout: 60_000 }, async () => {
  const { cert, key, caFile, remove } = makeCertificates();
  const server = createServer({ cert, key }, (_, response) => response.end("ok"));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const tls = { ca_file: caFile, cert_file: "", key_file: "", verify: true };
  expect(await send({ url, tls })).toEqual({ ok: true });
  expect(await send({ url })).toMatchObject({
    ok: false,
    problem: expect.stringContaining("UNABLE_TO_VERIFY"),
  });
  server.close();
  remove();
});
