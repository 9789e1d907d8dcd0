/**
 * Goal: an authority is known by its fingerprint, and by nothing else.
 * Method: a TLS server that shows a chain, and one that does not.
 */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fetchAuthority } from "../../../../src/sinks/http/authority.ts";
import { ConfigurationFault } from "../../../../src/sinks/http/tls.ts";
import { type Certificates, isOpensslMissing, makeCertificates } from "../../../support/certificates.ts";

const MATERIAL = { rejectUnauthorized: true };
const NOBODY = new URL("https://127.0.0.1:1");
const signal = new AbortController().signal;

describe.skipIf(isOpensslMissing())("the authority of a server", () => {
  let certificates: Certificates;
  let authority: X509Certificate;
  const servers: Server[] = [];

  beforeAll(() => {
    certificates = makeCertificates();
    authority = new X509Certificate(readFileSync(certificates.caFile));
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  afterAll(() => certificates.remove());

  async function serverShowing(...chain: (string | Buffer)[]): Promise<URL> {
    const server = createServer({ key: certificates.key, cert: chain.join("\n") });
    server.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  it("is taken from the chain that the server shows", async () => {
    const endpoint = await serverShowing(certificates.cert, authority.toString());
    const pem = await fetchAuthority([endpoint], authority.fingerprint256, MATERIAL, signal);
    expect(new X509Certificate(pem).fingerprint256).toBe(authority.fingerprint256);
  });

  it("is asked of the next server if one is down", async () => {
    const endpoint = await serverShowing(certificates.cert, authority.toString());
    const found = fetchAuthority([NOBODY, endpoint], authority.fingerprint256, MATERIAL, signal);
    expect((await found).toString()).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  });

  it("is not accepted under another fingerprint, nor found where it is not shown", async () => {
    const whole = await serverShowing(certificates.cert, authority.toString());
    const alone = await serverShowing(certificates.cert);
    for (const [endpoint, fingerprint] of [
      [whole, "ab".repeat(32)],
      [alone, authority.fingerprint256],
    ] as const) {
      const found = fetchAuthority([endpoint], fingerprint, MATERIAL, signal);
      await expect(found).rejects.toBeInstanceOf(ConfigurationFault);
      await expect(found).rejects.toThrow(`${endpoint.origin} shows no certificate with this SHA-256`);
    }
  });

  it("is not to be had where nobody answers, or nobody waits", async () => {
    const found = fetchAuthority([NOBODY], authority.fingerprint256, MATERIAL, signal);
    await expect(found).rejects.toMatchObject({ code: "ECONNREFUSED" });
    const endpoint = await serverShowing(certificates.cert, authority.toString());
    await expect(
      fetchAuthority([endpoint], authority.fingerprint256, MATERIAL, AbortSignal.abort()),
    ).rejects.toThrow(/aborted/);
  });
});
