/** Loads and configures the official client: nodes, credentials, TLS. */
import { createRequire } from "node:module";
import type {
  ClientOptions,
  Connection as OfficialConnection,
  ConnectionPool as OfficialPool,
  Serializer as OfficialSerializer,
  Transport as OfficialTransport,
} from "@opensearch-project/opensearch";
import { authorization, withoutUser } from "../http/credentials.ts";
import { readTls } from "../http/tls.ts";
import { mendedConnection } from "./connection.ts";
import type { OpenSearchOptions } from "./options.ts";

const SOCKETS_FOR_QUESTIONS = 2;

const require = createRequire(import.meta.url);

/** Loads a part of the official client when it is needed: all of it takes a tenth of a second and 16 MB more. */
function load<Part>(path: string): Part {
  return require(`@opensearch-project/opensearch/lib/${path}`) as Part;
}

/** What of the official client is used: its nodes and its transport, without the hundreds of functions of its API. */
export interface NodeClient {
  readonly transport: OfficialTransport;
  readonly connectionPool: OfficialPool;
  close(): Promise<void>;
}

/** Makes a client. Reads the files of `tls`; rejects with a `ConfigurationFault` if one cannot be read. */
export async function openClient(options: OpenSearchOptions): Promise<NodeClient> {
  const ssl = await readTls(options.tls);
  const Transport = load<typeof OfficialTransport>("Transport.js");
  const Serializer = load<typeof OfficialSerializer>("Serializer.js");
  const Connection = load<typeof OfficialConnection>("Connection.js");
  const { ConnectionPool } = load<{ ConnectionPool: typeof OfficialPool }>("pool/index.js");
  const emit = () => false;
  const connectionPool = new ConnectionPool({
    ssl,
    emit,
    Connection: mendedConnection(Connection),
    resurrectStrategy: "ping",
    agent: { keepAlive: true, maxSockets: options.max_in_flight + SOCKETS_FOR_QUESTIONS },
  });
  connectionPool.addConnection(nodesOf(options));
  const transport = new Transport({
    emit,
    connectionPool,
    serializer: new Serializer(),
    headers: {},
    nodeSelector: "round-robin",
    sniffEndpoint: "",
    // The lane alone sends again.
    maxRetries: 0,
    // The transport above counts the time, until the end of the answer.
    requestTimeout: 0,
  });
  return { transport, connectionPool, close: () => new Promise((resolve) => connectionPool.empty(resolve)) };
}

type Nodes = NonNullable<Exclude<ClientOptions["nodes"], string | string[]>>;

/** Credentials go into a header, out of the URLs: those end up in messages. */
function nodesOf(options: OpenSearchOptions): Nodes {
  const endpoints = options.endpoints.map((endpoint) => new URL(endpoint));
  const credentials = authorization(options.auth, endpoints);
  return endpoints.map((endpoint) => ({
    url: withoutUser(endpoint),
    headers: credentials === undefined ? {} : { authorization: credentials },
  }));
}
