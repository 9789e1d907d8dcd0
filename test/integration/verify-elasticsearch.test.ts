/**
 * Goal: `verify` misses exactly the documents that a real Elasticsearch lost, and sends them again.
 * Method: the built program against each version that the tests can start; an index of each day, and a data stream.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
      // One after the other: the server of the tests has no _delete_by_query.
      lose: async (ids) => {
        await server.request("POST", `/${prefix}${pattern}/_refresh`);
        for (const id of ids) {
          const query = { ids: { values: [id] } };
          const found = await server.request("POST", `/${prefix}${pattern}/_search`, { query });
          const index = (found as { hits: { hits: { _index: string }[] } }).hits.hits[0]?._index;
          const done = await server.request("DELETE", `/${index}/_doc/${id}?refresh=true`);
          expect(done).toMatchObject({ result: "deleted" });
        }
      },
    });
    await server.request("DELETE", dataStream ? `/_data_stream/${prefix}` : `/${prefix}-*`);
    await server.request("DELETE", `/_index_template/${prefix}*`);
  });
});
