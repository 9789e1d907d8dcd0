/**
 * Goal: credentials reach the nodes and nothing else, and the nodes take turns.
 * Method: the client's own connections, looked at without a request.
 */
import { expect, it } from "vitest";
import { openNodes } from "../../../../src/sinks/elasticsearch/client.ts";
import { elasticsearchOptions } from "../../../../src/sinks/elasticsearch/options.ts";

const NOW_MS = Date.parse("2026-04-03T00:00:00Z");

function open(configuration: object) {
  return openNodes(elasticsearchOptions.parse(configuration), new AbortController().signal);
}

it("gives credentials to all nodes as a header, out of their addresses", async () => {
  const nodes = await open({ endpoints: ["http://a:1", "http://me:secret@b:2/base/"] });
  const [first, second, third] = [nodes.next(NOW_MS), nodes.next(NOW_MS), nodes.next(NOW_MS)];
  expect([first.url.href, second.url.href]).toEqual(["http://a:1/", "http://b:2/base/"]);
  expect(third).toBe(first);
  for (const { headers } of [first, second]) {
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from("me:secret").toString("base64")}`,
      "user-agent": "mem0-audit-shipper",
    });
  }
  await nodes.close();
});

it("leaves out a node that is dead, unless all are", async () => {
  const nodes = await open({ endpoints: ["http://a:1", "http://b:2"] });
  const turns = () => [1, 2, 3].map(() => nodes.next(NOW_MS).url.hostname);
  const first = nodes.next(NOW_MS);
  nodes.mark(first, false);
  expect(turns()).toEqual(["b", "b", "b"]);
  const second = nodes.next(NOW_MS);
  nodes.mark(second, false);
  expect(new Set(turns())).toEqual(new Set(["a", "b"]));
  nodes.mark(first, true);
  expect(turns()).toEqual(["a", "a", "a"]);
  await nodes.close();
});

it("goes to Elastic Cloud by its ID", async () => {
  const cloud_id = `name:${Buffer.from("eu.cloud.es.io$abc$def").toString("base64")}`;
  const nodes = await open({ cloud_id, auth: { api_key: "aWQ6c2VjcmV0" } });
  const node = nodes.next(NOW_MS);
  expect(node.url.href).toBe("https://abc.eu.cloud.es.io/");
  expect(node.headers.authorization).toBe("ApiKey aWQ6c2VjcmV0");
  await nodes.close();
});

it("says which file of tls is missing", async () => {
  const tls = { ca_file: "/nowhere/ca.pem" };
  await expect(open({ endpoints: ["https://a"], tls })).rejects.toThrow(/there is no file \/nowhere\/ca.pem/);
});
