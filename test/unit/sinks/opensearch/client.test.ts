/**
 * Goal: credentials reach the server and nothing else, files of TLS are checked before use.
 * Method: the client's own connections, looked at without a request.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigurationFault, openClient } from "../../../../src/sinks/opensearch/client.ts";
import { openSearchOptions } from "../../../../src/sinks/opensearch/options.ts";
import { type Certificates, isOpensslMissing, makeCertificates } from "../../../support/certificates.ts";

function open(configuration: object) {
  return openClient(openSearchOptions.parse(configuration));
}

async function nodesOf(configuration: object) {
  const client = await open(configuration);
  const pool = client.connectionPool as unknown as {
    connections: { url: URL; headers: Record<string, string> }[];
  };
  const nodes = pool.connections.map(({ url, headers }) => ({ url: url.href, ...headers }));
  await client.close();
  return nodes;
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("credentials", () => {
  it("go to all nodes as a header", async () => {
    const nodes = await nodesOf({
      endpoints: ["http://a:1", "http://b:2/base/"],
      auth: { username: "me", password: "s:cret" },
    });
    expect(nodes).toEqual([
      { url: "http://a:1/", authorization: basic("me:s:cret") },
      { url: "http://b:2/base/", authorization: basic("me:s:cret") },
    ]);
  });

  it("are taken out of a URL", async () => {
    expect(await nodesOf({ endpoints: ["http://me:p%40ss%zz@a:1"] })).toEqual([
      { url: "http://a:1/", authorization: basic("me:p%40ss%zz") },
    ]);
    expect(await nodesOf({ endpoints: ["http://me:p%40ss@a:1"] })).toEqual([
      { url: "http://a:1/", authorization: basic("me:p@ss") },
    ]);
  });

  it("are not sent if there are none", async () => {
    expect(await nodesOf({ endpoints: ["http://a:1"] })).toEqual([{ url: "http://a:1/" }]);
  });
});

describe.skipIf(isOpensslMissing())("the files of TLS", () => {
  let certificates: Certificates;
  const endpoints = ["https://a:1"];

  beforeAll(() => {
    certificates = makeCertificates();
    writeFileSync(join(certificates.directory, "text"), "no certificate");
  });
  afterAll(() => certificates.remove());

  it.each([
    ["ca_file", "missing.pem", /there is no file .*missing.pem/],
    ["ca_file", ".", /cannot be read \(EISDIR\)/],
    ["key_file", "text", /expected a PEM file/],
  ])("are refused: %s %s", async (option, name, message) => {
    const tls = { [option]: join(certificates.directory, name) };
    const failure = open({ endpoints, tls });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(ConfigurationFault);
  });

  it("are refused if key and certificate do not belong together", async () => {
    const tls = {
      cert_file: join(certificates.directory, "server.pem"),
      key_file: join(certificates.directory, "ca.key"),
    };
    await expect(open({ endpoints, tls })).rejects.toThrow(/cannot be used together/);
  });
});
