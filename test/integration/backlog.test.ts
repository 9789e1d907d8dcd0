/**
 * Goal: a backlog lands in each kind of server completely and once, whatever happens on the way.
 * Method: real servers behind a proxy that fails, the built daemon killed again and again (SIGKILL) while it delivers,
 * at the end a comparison of all ids with those worked out from the files.
 */
import { randomUUID } from "node:crypto";
import { describe, inject, it } from "vitest";
import { elasticsearchTargets } from "../support/servers/elasticsearch.ts";
import { startOpenSearch } from "../support/servers/opensearch.ts";
import { type SearchServer, searchServer } from "../support/servers/search-requests.ts";
import { SCALE } from "../torture/scale.ts";
import { type BacklogDestination, deliverBacklog } from "./backlog.ts";

/** A search server, filled through the sink of this type. */
function searchDestination(
  type: "opensearch" | "elasticsearch",
  target: string,
  server: SearchServer,
): BacklogDestination {
  const prefix = `test-${randomUUID().slice(0, 8)}-backlog`;
  return {
    target,
    delivers: ({ url = "" }) => url.includes("_bulk"),
    throttling: {
      status: 429,
      body: '{"error":{"type":"es_rejected_execution_exception","reason":"rejected execution"},"status":429}',
    },
    sink: (url) => ({
      type,
      endpoints: [url],
      index: `${prefix}-{yyyy.MM.dd}`,
      batch: { max_records: 150, max_bytes: "256KiB" },
    }),
    ids: () => server.ids(`${prefix}-*`),
  };
}

const shared = inject("openSearch");
const elasticsearches = await elasticsearchTargets();

describe("a backlog that goes through faults and kills", () => {
  const deliverInto = async (type: "opensearch" | "elasticsearch", url: string) =>
    deliverBacklog(searchDestination(type, url, searchServer(url)));

  it.skipIf(shared.url === undefined)(
    "lands in OpenSearch 3 completely and once",
    () => deliverInto("opensearch", shared.url ?? ""),
    SCALE.testTimeoutMs,
  );

  it.skipIf(shared.missingOlder !== undefined)(
    "lands in OpenSearch 2.19 completely and once",
    async () => {
      const server = await startOpenSearch({ name: "backlog" }, "2.19.6");
      await deliverInto("opensearch", server.url).finally(() => server.stop());
    },
    SCALE.testTimeoutMs,
  );

  it.each(elasticsearches)(
    "lands in Elasticsearch $name completely and once",
    async ({ start }) => {
      const server = await start({ name: "backlog" });
      await deliverInto("elasticsearch", server.url).finally(() => server.stop());
    },
    SCALE.testTimeoutMs,
  );
});
