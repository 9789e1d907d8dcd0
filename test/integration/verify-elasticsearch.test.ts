/**
 * Goal: `verify` misses exactly the documents that a real Elasticsearch lost, and sends them again.
 * Method: the built program against each version that the tests can start; an index of each day, and a data stream.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, it } from "vitest";
import { elasticsearchTargets } from "../support/servers/elasticsearch.ts";
import { searchServer } from "../support/servers/search-requests.ts";
import { expectGapsFound } from "./verify.ts";

describe.each(await elasticsearchTargets())("verify against Elasticsearch $name", ({ start }) => {
  let running: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    running = await start({ name: "verify" });
  });
  afterAll(() => running?.stop());

  it.each([
    ["an index of each day", "-{yyyy.MM.dd}", "-*", false],
    ["a data stream", "", "", true],
  ])("%s", async (_, suffix, pattern, dataStream) => {
    const prefix = `test-${randomUUID().slice(0, 8)}`;
    const server = searchServer(running.url);
    await expectGapsFound({
      sink: {
        ...{ type: "elasticsearch", endpoints: [running.url] },
        ...{ index: `${prefix}${suffix}`, data_stream: dataStream },
      },
      lose: async (ids) => {
        const place = `/${prefix}${pattern}`;
        await server.request("POST", `${place}/_refresh`);
        const query = { ids: { values: ids } };
        await server.request("POST", `${place}/_delete_by_query?refresh=true`, { query });
      },
    });
    await server.request("DELETE", dataStream ? `/_data_stream/${prefix}` : `/${prefix}-*`);
    await server.request("DELETE", `/_index_template/${prefix}*`);
  });
});
