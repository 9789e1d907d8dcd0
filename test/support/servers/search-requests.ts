/** What tests ask a search server, beside the program under test. */

export interface SearchServer {
  /** Sends JSON and returns the answer's JSON, whatever its status. */
  request(method: string, path: string, body?: object): Promise<unknown>;
  /** All documents of an index by id, after a refresh; none if there is no such index. */
  documents(index: string): Promise<Map<string, Record<string, unknown>>>;
}

interface Hits {
  readonly hits?: {
    readonly hits: readonly { readonly _id: string; readonly _source: Record<string, unknown> }[];
  };
}

export function searchServer(url: string): SearchServer {
  const request = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await answer.text();
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    request,
    documents: async (index) => {
      await request("POST", `/${index}/_refresh`);
      const found = (await request("GET", `/${index}/_search?size=10000`)) as Hits;
      return new Map((found.hits?.hits ?? []).map(({ _id, _source }) => [_id, _source]));
    },
  };
}
