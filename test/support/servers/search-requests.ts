/** What tests ask a search server, beside the program under test. */
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export interface SearchServer {
  /** Sends JSON and returns the answer's JSON, whatever its status. */
  request(method: string, path: string, body?: object): Promise<unknown>;
  /** All documents of an index by id, after a refresh; none if there is no such index. */
  documents(index: string): Promise<Map<string, Record<string, unknown>>>;
}

/** The way into a server with TLS and users. */
export interface Access {
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
}

interface Hits {
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
      const found = (await request("GET", `/${index}/_search?size=10000`)) as Hits;
      return new Map((found.hits?.hits ?? []).map(({ _id, _source }) => [_id, _source]));
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
