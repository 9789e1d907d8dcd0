/**
 * What every way to a search server is held to: each failure to answer becomes an answer of ours, in time, and a dead
 * node is left out. One suite for the official clients of both products, against a fake server with programmable faults.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NoAnswer, SearchTransport } from "../../src/sinks/bulk/answer.ts";
import { type Certificates, isOpensslMissing, makeCertificates } from "./certificates.ts";
import { type FakeOpenSearch, reply, startFakeOpenSearch } from "./fake-opensearch.ts";

const GET = { method: "GET", path: "/" } as const;
const signal = new AbortController().signal;

/** Makes a transport of a configuration; requests may take `timeoutMs`, whatever that one says. */
export type MakeTransport = (configuration: object, timeoutMs: number) => SearchTransport;

/** Describes the promises. `ndjson` is the media type as which newline-delimited JSON is sent. */
export function describeSearchTransport(makeTransport: MakeTransport, ndjson: string): void {
  let server: FakeOpenSearch;
  const transports: SearchTransport[] = [];

  function transportTo(configuration: object, timeoutMs = 60_000): SearchTransport {
    const transport = makeTransport(configuration, timeoutMs);
    transports.push(transport);
    return transport;
  }

  beforeEach(async () => {
    server = await startFakeOpenSearch();
  });

  afterEach(async () => {
    await server.close();
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
  });

  describe("a request", () => {
    it("arrives as it was given", async () => {
      server.misbehave = (_, response) => reply(response, 418, { tea: true }, { "x-a": "b" });
      const answer = await transportTo({ endpoints: [`${server.url}/base/`] }).send(
        {
          method: "POST",
          path: "/in%2Fdex/_bulk",
          query: { filter_path: "a,b.*" },
          headers: { "content-type": "application/x-ndjson" },
          body: Buffer.from("用户\n"),
        },
        signal,
      );
      expect(answer).toMatchObject({
        status: 418,
        headers: { "x-a": "b" },
        body: Buffer.from('{"tea":true}'),
      });
      const [request] = server.requests;
      expect(request).toMatchObject({
        method: "POST",
        body: "用户\n",
        headers: { "content-type": ndjson, "content-length": "7" },
      });
      expect(request?.url.href).toBe("http://fake/base/in%2Fdex/_bulk?filter_path=a%2Cb.*");
    });

    it("is sent once, whatever comes back", async () => {
      server.misbehave = (_, response) => reply(response, 503, "");
      await transportTo({ endpoints: [server.url] }).send(GET, signal);
      expect(server.requests).toHaveLength(1);
    });

    it("is over after request_timeout, also if the answer began", async () => {
      const transport = transportTo({ endpoints: [server.url] }, 100);
      server.misbehave = () => true;
      expect(await transport.send(GET, signal)).toMatchObject({ failure: "timeout" });
      server.misbehave = (_, response) => response.writeHead(200).write("{") || true;
      expect(await transport.send(GET, signal)).toMatchObject({ failure: "timeout" });
    });

    it("is over when it is given up, also if the answer began", async () => {
      const transport = transportTo({ endpoints: [server.url] });
      const stop = new AbortController();
      server.misbehave = (_, response) => {
        response.writeHead(200).write("{");
        setTimeout(() => stop.abort(), 20);
        return true;
      };
      expect(await transport.send(GET, stop.signal)).toMatchObject({ failure: "aborted" });
      expect(await transport.send(GET, stop.signal)).toMatchObject({ failure: "aborted" });
      expect(server.requests).toHaveLength(1);
    });

    it("is over when it is given up before any answer", async () => {
      const transport = transportTo({ endpoints: [server.url] });
      const stop = new AbortController();
      server.misbehave = () => {
        setTimeout(() => stop.abort(), 1);
        return true;
      };
      expect(await transport.send(GET, stop.signal)).toMatchObject({ failure: "aborted" });
    });

    it("has no answer if the server breaks off before it", async () => {
      server.misbehave = (_, response) => {
        response.destroy();
        return true;
      };
      expect(await transportTo({ endpoints: [server.url] }).send(GET, signal)).toMatchObject({
        failure: "network",
      });
    });

    it("has no answer if the server breaks off within it", async () => {
      server.misbehave = (_, response) => {
        response.writeHead(200, { "content-length": 100 }).write("part", () => response.destroy());
        return true;
      };
      expect(await transportTo({ endpoints: [server.url] }).send(GET, signal)).toMatchObject({
        failure: "network",
      });
    });

    it("has no answer if that is endless", async () => {
      server.misbehave = (_, response) => {
        const chunk = Buffer.alloc(1024 * 1024);
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on("drain", more);
        more();
        return true;
      };
      const answer = await transportTo({ endpoints: [server.url] }).send(GET, signal);
      expect(answer).toMatchObject({ failure: "unreadable", message: expect.stringContaining("more than") });
    });
  });

  describe("several nodes", () => {
    it("take turns", async () => {
      const other = await startFakeOpenSearch();
      const transport = transportTo({ endpoints: [server.url, other.url] });
      for (let number = 0; number < 4; number += 1) await transport.send(GET, signal);
      expect([server.requests.length, other.requests.length]).toEqual([2, 2]);
      await other.close();
    });

    it.each([
      ["is down", undefined],
      ["is out of service", 502],
      ["does not answer", 0],
    ])("do without one that %s", async (_, status) => {
      const dead = await startFakeOpenSearch();
      if (status === undefined) await dead.close();
      dead.misbehave = (_request, response) => status === 0 || reply(response, status ?? 0, "");
      const transport = transportTo({ endpoints: [dead.url, server.url] }, 500);
      const statuses = [];
      for (let number = 0; number < 5; number += 1) statuses.push((await transport.send(GET, signal)).status);
      expect(statuses.slice(1)).toEqual([200, 200, 200, 200]);
      expect(statuses[0]).not.toBe(200);
      if (status !== undefined) await dead.close();
    });
  });

  describe.skipIf(isOpensslMissing())("TLS", () => {
    let certificates: Certificates;
    let secure: FakeOpenSearch;

    beforeAll(async () => {
      certificates = makeCertificates();
      secure = await startFakeOpenSearch(certificates);
    });
    afterAll(async () => {
      certificates.remove();
      await secure.close();
    });

    it("trusts an authority of one's own", async () => {
      const tls = { ca_file: certificates.caFile };
      expect(await transportTo({ endpoints: [secure.url], tls }).send(GET, signal)).toMatchObject({
        status: 200,
      });
    });

    it("trusts nobody else", async () => {
      const answer = await transportTo({ endpoints: [secure.url] }).send(GET, signal);
      expect(answer).toMatchObject({ failure: "tls", message: expect.stringContaining("tls.ca_file") });
    });

    it("shows a certificate of its own to a server that wants one", async () => {
      const ca = readFileSync(certificates.caFile);
      const strict = await startFakeOpenSearch({ ...certificates, ...{ ca, requestCert: true } });
      const pem = (name: string) => join(certificates.directory, name);
      const trust = { ca_file: certificates.caFile };
      const ours = { ...trust, cert_file: pem("server.pem"), key_file: pem("server.key") };
      expect(await transportTo({ endpoints: [strict.url], tls: ours }).send(GET, signal)).toMatchObject({
        status: 200,
      });
      const without = await transportTo({ endpoints: [strict.url], tls: trust }).send(GET, signal);
      expect(without).toMatchObject({ failure: "tls", message: expect.stringContaining("tls.cert_file") });
      await strict.close();
    });

    it("can do without a check", async () => {
      const tls = { verify: false };
      expect(await transportTo({ endpoints: [secure.url], tls }).send(GET, signal)).toMatchObject({
        status: 200,
      });
    });

    it("waits for a file that is missing", async () => {
      const tls = { ca_file: join(certificates.directory, "missing.pem") };
      const transport = transportTo({ endpoints: [secure.url], tls });
      for (let number = 0; number < 2; number += 1) {
        expect(await transport.send(GET, signal)).toMatchObject({ failure: "configuration" });
      }
    });

    it.each([
      ["https to a server of http", () => server.url.replace("http", "https"), /^(tls|network)$/],
      ["http to a server of https", () => secure.url.replace("https", "http"), /^(unreadable|network)$/],
    ])("does not mix: %s", async (_, url, failure) => {
      const answer = (await transportTo({ endpoints: [url()] }).send(GET, signal)) as NoAnswer;
      expect(answer.failure).toMatch(failure);
      expect(answer.message).toContain("127.0.0.1");
    });
  });
}
