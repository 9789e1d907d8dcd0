/**
 * Goal: `verify` misses exactly the documents that a real OpenSearch lost, wherever the index name leads to, and sends them again.
 * Method: the built program; an index of each day, an alias of two indices, and a data stream.
 */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { searchServer } from "../support/servers/search-requests.ts";
import { expectGapsFound } from "./verify.ts";

const { url } = inject("openSearch");

describe.skipIf(url === undefined)("verify against OpenSearch", () => {
  const server = searchServer(url ?? "");
  let prefix: string;
  beforeEach(() => {
    prefix = `test-${randomUUID().slice(0, 8)}`;
  });
  afterEach(async () => {
    await server.request("DELETE", `/_data_stream/${prefix}*`);
    for (const name of await indicesOf()) await server.request("DELETE", `/${name}`);
    await server.request("DELETE", `/_index_template/${prefix}*`);
  });

  async function indicesOf(): Promise<string[]> {
    const found = await server.request("GET", `/${prefix}*/_alias?expand_wildcards=all`);
    return Object.keys(found as object).filter((name) => name.startsWith(prefix));
  }

  async function lose(pattern: string, ids: readonly string[]): Promise<void> {
    await server.request("POST", `/${pattern}/_refresh`);
    const query = { ids: { values: ids } };
    const done = await server.request("POST", `/${pattern}/_delete_by_query?refresh=true`, { query });
    expect(done).toMatchObject({ deleted: ids.length });
  }

  function sink(settings: object): object {
    return { type: "opensearch", endpoints: [url], ...settings };
  }

  it("an index of each day", async () => {
    await expectGapsFound({
      sink: sink({ index: `${prefix}-{yyyy.MM.dd}` }),
      lose: (ids) => lose(`${prefix}-*`, ids),
    });
  });

  it("an alias of several indices", async () => {
    await server.request("PUT", `/${prefix}-000001`, { aliases: { [prefix]: {} } });
    await server.request("PUT", `/${prefix}-000002`, { aliases: { [prefix]: { is_write_index: true } } });
    await expectGapsFound({
      sink: sink({ index: prefix, template: "off" }),
      lose: (ids) => lose(prefix, ids),
    });
  });

  it("a data stream", async () => {
    await expectGapsFound({
      sink: sink({ index: prefix, data_stream: true }),
      lose: (ids) => lose(prefix, ids),
    });
    expect(await indicesOf()).toEqual([]);
  });
});
