/**
 * Goal: the source that a configuration makes asks that configuration's indices.
 * Method: a server of our own that answers as Elasticsearch does where nothing was delivered yet.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { elasticsearchOptions } from "../../../../src/sinks/elasticsearch/options.ts";
import { elasticsearchUsage } from "../../../../src/sinks/elasticsearch/usage.ts";
import { systemClock } from "../../../../src/system/clock.ts";
import { UsageFault } from "../../../../src/usage/source.ts";

test("it asks the indices of every day, and hangs up when there are none", async () => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url?.split("?")[0]);
    response.end(JSON.stringify({ indices: [], fields: {} }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const options = elasticsearchOptions.parse({
    endpoints: [`http://127.0.0.1:${port}`],
    index: "audit-{yyyy.MM}",
  });
  const opening = elasticsearchUsage(options, { name: "search", clock: systemClock });
  await expect(opening).rejects.toThrow(UsageFault);
  await expect(opening).rejects.toThrow("there is no index audit-*");
  expect(paths).toEqual(["/audit-*/_field_caps"]);
  // Would wait for a connection that is still open.
  server.close();
  await once(server, "close");
});
