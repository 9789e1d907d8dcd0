/**
 * Goal: TLS, credentials and several nodes work before a real OpenSearch.
 * Method: a gateway with TLS and basic authentication in front of it, as many clusters have one.
 */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import type { Sink } from "../../src/sinks/sink.ts";
import { type Certificates, isOpensslMissing, makeCertificates } from "../support/certificates.ts";
import { requestLine } from "../support/documents.ts";
import { deliverLines, type OpenSearchConfiguration, openSearchSink } from "../support/opensearch-sink.ts";
import { searchServer } from "../support/servers/search-requests.ts";

const shared = inject("openSearch");
const PASSWORD = "correct horse";
const NAME = "audit-2026-04-03.jsonl";

/** Passes requests with the right password on to the server. */
async function startGateway(target: string, { cert, key }: Certificates): Promise<Server> {
  const expected = `Basic ${Buffer.from(`shipper:${PASSWORD}`).toString("base64")}`;
  const gateway = createServer({ cert, key }, (incoming, outgoing) => {
    if (incoming.headers.authorization !== expected) {
      outgoing.writeHead(401, { "www-authenticate": "Basic" }).end("Unauthorized");
      return;
    }
    const { method, headers } = incoming;
    const passed = httpRequest(`${target}${incoming.url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  });
  gateway.listen(0, "127.0.0.1");
  await once(gateway, "listening");
  return gateway;
}

describe.skipIf(shared.url === undefined || isOpensslMissing())(
  "a real OpenSearch behind TLS and a password",
  () => {
    const server = searchServer(shared.url ?? "");
    const signal = new AbortController().signal;
    const sinks: Sink[] = [];
    let certificates: Certificates;
    let gateway: Server;
    let url: string;

    async function sinkOf(configuration: Partial<OpenSearchConfiguration>): Promise<Sink> {
      const auth = { username: "shipper", password: PASSWORD };
      const tls = { ca_file: certificates.caFile };
      const sink = await openSearchSink({
        endpoints: [url],
        index: "access-{yyyy.MM.dd}",
        auth,
        tls,
        ...configuration,
      });
      sinks.push(sink);
      return sink;
    }

    beforeAll(async () => {
      certificates = makeCertificates();
      gateway = await startGateway(shared.url ?? "", certificates);
      url = `https://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    });

    afterEach(async () => {
      await Promise.all(sinks.splice(0).map((sink) => sink.close()));
      await server.request("DELETE", "/access-2026.04.03");
      await server.request("DELETE", "/_index_template/access");
    });

    afterAll(async () => {
      gateway.close();
      gateway.closeAllConnections();
      certificates.remove();
    });

    it("takes documents with the authority and the password", async () => {
      const sink = await sinkOf({});
      expect(await sink.open(signal)).toEqual({ outcome: "ready" });
      expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
      expect((await server.documents("access-2026.04.03")).size).toBe(1);
      expect((await sink.probe(signal)).every(({ ok }) => ok)).toBe(true);
    });

    it("takes a password that stands in the URL", async () => {
      const userInfo = `shipper:${encodeURIComponent(PASSWORD)}@`;
      const sink = await sinkOf({ endpoints: [url.replace("//", `//${userInfo}`)], auth: undefined });
      expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    });

    it("blocks with a wrong password, and says where to look", async () => {
      const sink = await sinkOf({ auth: { username: "shipper", password: "wrong" } });
      const blocked = {
        outcome: "blocked",
        reason: "http_401",
        message: expect.stringContaining("check auth"),
      };
      expect(await sink.open(signal)).toMatchObject(blocked);
      expect(await deliverLines(sink, NAME, [requestLine()])).toMatchObject(blocked);
      expect(await sink.probe(signal)).toMatchObject([{ name: "connection", ok: false }]);
    });

    it("blocks with another authority, and says where to look", async () => {
      const others = makeCertificates();
      for (const tls of [{ ca_file: others.caFile }, {}]) {
        const sink = await sinkOf({ tls });
        expect(await deliverLines(sink, NAME, [requestLine()])).toMatchObject({
          outcome: "blocked",
          reason: "tls",
          message: expect.stringContaining("tls.ca_file"),
        });
      }
      others.remove();
    });

    it("is trusted without a check if the configuration says so", async () => {
      const sink = await sinkOf({ tls: { verify: false } });
      expect(await deliverLines(sink, NAME, [requestLine()])).toEqual({ outcome: "stored" });
    });

    it("is reached past a node that is down", async () => {
      const sink = await sinkOf({ endpoints: ["https://127.0.0.1:1", url] });
      const outcomes = [];
      for (let number = 0; number < 5; number += 1) {
        outcomes.push((await deliverLines(sink, NAME, [requestLine({ elapsed_ms: number })])).outcome);
      }
      expect(outcomes.filter((outcome) => outcome === "unavailable").length).toBeLessThanOrEqual(1);
      expect(outcomes.at(-1)).not.toBe("unavailable");
    });
  },
);
