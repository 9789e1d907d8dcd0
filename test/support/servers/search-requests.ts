/** What tests ask a search server, beside the program under test. */
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export interface SearchServer {
  /** Sends JSON and returns the answer's JSON, whatever its status. */
  request(method: string, path: string, body?: object): Promise<unknown>;
  /** All documents of an index by id, after a refresh; none if there is no such index. */
  documents(index: string): Promise<Map<string, Record<string, unknown>>>;
  /** The ids of all documents of these indices, however many, after a refresh. */
  ids(indices: string): Promise<string[]>;
}

/** The way into a server with TLS and users. */
export interface Access {
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
}

/** As many hits as a server gives at once. */
const PAGE_SIZE = 10_000;

interface Hits {
  readonly _scroll_id?: string;
  readonly hits?: {
    readonly hits: readonly { readonly _id: string; readonly _source: Record<string, unknown> }[];
  };
}

export function searchServer(url: string, access?: Access): SearchServer {
  const request = async (method: string, path: string, body?: object): Promise<unknown> => {
    const text = await exchange(`${url}${path}`, method, body && JSON.stringify(body), access);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    request,
    documents: async (index) => {
      await request("POST", `/${index}/_refresh`);
      const found = (await request("GET", `/${index}/_search?size=${PAGE_SIZE}`)) as Hits;
      return new Map((found.hits?.hits ?? []).map(({ _id, _source }) => [_id, _source]));
    },
    ids: async (indices) => {
      await request("POST", `/${indices}/_refresh`);
      const ids: string[] = [];
      const first = `/${indices}/_search?scroll=1m&size=${PAGE_SIZE}&_source=false`;
      let page = (await request("GET", first)) as Hits;
      while (page.hits !== undefined && page.hits.hits.length > 0) {
        ids.push(...page.hits.hits.map(({ _id }) => _id));
        page = (await request("POST", "/_search/scroll", {
          scroll: "1m",
          scroll_id: page._scroll_id,
        })) as Hits;
      }
      return ids;
    },
  };
}

/** Sends one request on a connection of its own; the text of the answer. */
function exchange(
  url: string,
  method: string,
  body: string | undefined,
  access: Access | undefined,
): Promise<string> {
  const options = {
    method,
    agent: false as const,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    ...(access && { ca: readFileSync(access.caFile), auth: `${access.username}:${access.password}` }),
  };
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const outgoing = send(url, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve(text)).on("error", reject);
    });
    outgoing.on("error", reject).end(body);
  });
}
