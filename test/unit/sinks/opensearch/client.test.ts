/**
 * Goal: credentials reach the server and nothing else.
 * Method: the client's own connections, looked at without a request.
 */
import { describe, expect, it } from "vitest";
import { openClient } from "../../../../src/sinks/opensearch/client.ts";
import { openSearchOptions } from "../../../../src/sinks/opensearch/options.ts";

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
