/**
 * Goal: every way in which Elasticsearch may fail to answer becomes an answer of ours, in time, and a dead node is left
 * out; requests are those of version 8, and an authority may be known by its fingerprint alone.
 * Method: the suite of all such transports, and a fake server.
 */

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { elasticsearchOptions } from "../../../../src/sinks/elasticsearch/options.ts";
import { ElasticsearchTransport } from "../../../../src/sinks/elasticsearch/transport.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { type Certificates, isOpensslMissing, makeCertificates } from "../../../support/certificates.ts";
import { type FakeOpenSearch, startFakeOpenSearch } from "../../../support/fake-opensearch.ts";
import { describeSearchTransport } from "../../../support/search-transport-suite.ts";

const GET = { method: "GET", path: "/" } as const;
const signal = new AbortController().signal;

function transportTo(configuration: object, timeoutMs = 60_000): ElasticsearchTransport {
  const options = { ...elasticsearchOptions.parse(configuration), request_timeout: timeoutMs };
  return new ElasticsearchTransport(options, systemClock);
}

describeSearchTransport(transportTo, "application/vnd.elasticsearch+x-ndjson; compatible-with=8");

describe("a request to Elasticsearch", () => {
  it("asks for answers of version 8, with credentials, and does not hide who asks", async () => {
    const server = await startFakeOpenSearch();
    const transport = transportTo({ endpoints: [server.url], auth: { api_key: "id:secret" } });
    await transport.send(GET, signal);
    expect(server.requests[0]?.headers).toMatchObject({
      accept: "application/vnd.elasticsearch+json; compatible-with=8",
      authorization: `ApiKey ${Buffer.from("id:secret").toString("base64")}`,
      "user-agent": "mem0-audit-shipper",
    });
    await transport.close();
    await server.close();
  });

  it("fails in no time and little memory, however large it is", async () => {
    const transport = transportTo({ endpoints: ["http://127.0.0.1:1"] });
    const body = Buffer.alloc(64 * 1024 * 1024);
    const before = process.memoryUsage.rss();
    expect(await transport.send({ method: "POST", path: "/", body }, signal)).toMatchObject({
      failure: "network",
      message: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1; /,
      ),
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(body.length);
    await transport.close();
  });

  it("is over before a server that speaks no HTTP, and leaves nothing open", async () => {
    const server = createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const transport = transportTo({
      endpoints: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    });
    expect(await transport.send(GET, signal)).toMatchObject({ failure: "unreadable" });
    await transport.close();
    server.close();
  });
});

describe.skipIf(isOpensslMissing())("a fingerprint", () => {
  let certificates: Certificates;
  let server: FakeOpenSearch;
  let fingerprint: string;

  beforeAll(async () => {
    certificates = makeCertificates();
    const authority = readFileSync(certificates.caFile);
    fingerprint = new X509Certificate(authority).fingerprint256;
    server = await startFakeOpenSearch({
      ...certificates,
      cert: Buffer.concat([certificates.cert, authority]),
    });
  });
  afterAll(async () => {
    certificates.remove();
    await server.close();
  });

  async function sendWith(ca_fingerprint: string, endpoints = [server.url]) {
    const auth = { username: "me", password: "secret" };
    const transport = transportTo({ endpoints, auth, tls: { ca_fingerprint } });
    const answer = await transport.send(GET, signal);
    await transport.close();
    return answer;
  }

  it("is as good as the authority's file, with colons or without", async () => {
    expect(await sendWith(fingerprint)).toMatchObject({ status: 200 });
    expect(await sendWith(fingerprint.replaceAll(":", "").toLowerCase())).toMatchObject({ status: 200 });
    expect(await sendWith(fingerprint, ["https://127.0.0.1:1", server.url])).toMatchObject({
      failure: "network",
    });
  });

  it("lets nobody else see the credentials", async () => {
    const others = makeCertificates();
    const authority = readFileSync(certificates.caFile);
    // It shows the right authority, by which its own certificate is not signed.
    const impostor = await startFakeOpenSearch({ ...others, cert: Buffer.concat([others.cert, authority]) });
    const stranger = await startFakeOpenSearch(others);
    expect(await sendWith(fingerprint, [impostor.url])).toMatchObject({
      failure: expect.stringMatching(/tls|configuration/),
    });
    expect(await sendWith(fingerprint, [stranger.url])).toMatchObject({
      failure: "configuration",
      message: expect.stringContaining("tls.ca_fingerprint"),
    });
    expect([...impostor.requests, ...stranger.requests]).toEqual([]);
    await impostor.close();
    await stranger.close();
    others.remove();
  });

  it("waits for a server that is not there", async () => {
    expect(await sendWith(fingerprint, ["https://127.0.0.1:1"])).toMatchObject({ failure: "network" });
  });
});
