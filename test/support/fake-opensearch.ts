/**
 * A small server that answers bulk requests as OpenSearch does, keeps what it stored, and can be told to answer
 * otherwise. For tests of one sink; `fault-server.ts` is for those of the whole daemon.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  /** Decompressed. */
  readonly body: string;
  /** The body as it was sent. */
  readonly sent: Buffer;
}

/** Answers instead of the server; returns false to let it answer as usual. */
export type Misbehaviour = (request: FakeRequest, response: ServerResponse) => boolean;

export interface FakeOpenSearch {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  /** Documents by index and id: `logs-1/abc-0`. What a test deletes here is gone behind the sender's back. */
  readonly documents: Map<string, unknown>;
  misbehave: Misbehaviour;
  close(): Promise<void>;
}

/** What a server says at `GET /`. */
export type Root = Readonly<Record<"version", Readonly<Record<string, string>>>>;

const OPENSEARCH: Root = { version: { distribution: "opensearch", number: "3.8.0" } };
export const ELASTICSEARCH: Root = { version: { number: "8.19.21", build_flavor: "default" } };

export async function startFakeOpenSearch(
  tls?: { cert: Buffer; key: Buffer },
  root = OPENSEARCH,
): Promise<FakeOpenSearch> {
  const documents = new Map<string, unknown>();
  const requests: FakeRequest[] = [];
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    requests.push(request);
    if (!fake.misbehave(request, response)) answer(request, response, documents, root);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse) => void handle(incoming, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fake: FakeOpenSearch = {
    url: `http${tls === undefined ? "" : "s"}://127.0.0.1:${port}`,
    requests,
    documents,
    misbehave: () => false,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

/** Answers with this status and JSON, or text. */
export function reply(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): true {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
  return true;
}

async function readRequest(incoming: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const sent = Buffer.concat(chunks);
  const body = incoming.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
  const url = new URL(incoming.url ?? "/", "http://fake");
  return { method: incoming.method ?? "", url, headers: incoming.headers, body: body.toString(), sent };
}

function answer(
  request: FakeRequest,
  response: ServerResponse,
  documents: Map<string, unknown>,
  root: Root,
): void {
  const { method, url } = request;
  if (url.pathname === "/") {
    reply(response, 200, root);
  } else if (url.pathname.endsWith("/_bulk")) {
    reply(response, 200, bulk(request, documents));
  } else if (url.pathname.endsWith("/_mget")) {
    reply(response, 200, get(request, documents));
  } else if (url.pathname.startsWith("/_index_template/")) {
    reply(response, method === "PUT" ? 200 : 404, {});
  } else {
    reply(response, 404, {});
  }
}

function bulk({ url, body }: FakeRequest, documents: Map<string, unknown>): object {
  const lines = body.trimEnd().split("\n");
  const index = decodeURIComponent(url.pathname.split("/")[1] ?? "");
  const items = Array.from({ length: lines.length / 2 }, (_, number) => {
    const { create } = JSON.parse(lines[2 * number] ?? "");
    if (url.searchParams.has("require_alias")) return item(404, "index_not_found_exception");
    const key = `${create._index ?? index}/${create._id}`;
    if (documents.has(key)) return item(409, "version_conflict_engine_exception");
    documents.set(key, JSON.parse(lines[2 * number + 1] ?? ""));
    return item(201);
  });
  return { errors: items.some(({ create }) => create.status !== 201), items };
}

function get({ url, body }: FakeRequest, documents: Map<string, unknown>): object {
  const index = decodeURIComponent(url.pathname.split("/")[1] ?? "");
  const { ids } = JSON.parse(body) as { ids: readonly string[] };
  return { docs: ids.map((_id) => ({ _id, found: documents.has(`${index}/${_id}`) })) };
}

function item(status: number, type?: string) {
  return {
    create: { status, ...(type !== undefined && { error: { type, reason: "as recorded elsewhere" } }) },
  };
}
