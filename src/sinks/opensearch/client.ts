/** Loads and configures the official client: nodes, credentials, TLS. */
import { createRequire } from "node:module";
import { createSecureContext } from "node:tls";
import type {
  ClientOptions,
  Connection as OfficialConnection,
  ConnectionPool as OfficialPool,
  Serializer as OfficialSerializer,
  Transport as OfficialTransport,
} from "@opensearch-project/opensearch";
import { errorCode, systemFiles } from "../../system/files.ts";
import type { TlsOptions } from "../options.ts";
import { mendedConnection } from "./connection.ts";
import type { OpenSearchOptions } from "./options.ts";

const SOCKETS_FOR_QUESTIONS = 2;

/** Something that the configuration names is not there or of no use. The message says what to do. */
export class ConfigurationFault extends Error {}

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

/** Makes a client. Reads the files of `tls`; rejects with a {@link ConfigurationFault} if one cannot be read. */
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
  const urls = options.endpoints.map((endpoint) => new URL(endpoint));
  const { auth } = options;
  const inUrl = urls.find((url) => url.username !== "");
  const credentials =
    auth !== undefined
      ? `${auth.username}:${auth.password}`
      : inUrl && `${decodePercent(inUrl.username)}:${decodePercent(inUrl.password)}`;
  return urls.map((url) => ({
    url: new URL(url.pathname, url.origin),
    headers:
      credentials === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
  }));
}

/** A `%` that encodes nothing stands for itself. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function readTls(tls: TlsOptions): Promise<NonNullable<ClientOptions["ssl"]>> {
  const [ca, cert, key] = await Promise.all([
    readPem("ca_file", tls.ca_file),
    readPem("cert_file", tls.cert_file),
    readPem("key_file", tls.key_file),
  ]);
  const files = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  try {
    createSecureContext(files);
  } catch (error) {
    throw new ConfigurationFault(`tls: certificate and key cannot be used together (${errorCode(error)})`);
  }
  return { ...files, rejectUnauthorized: tls.verify };
}

async function readPem(option: string, path: string): Promise<Buffer | undefined> {
  if (path === "") return undefined;
  const content = await systemFiles.readWhole(path).catch((error: unknown) => {
    throw new ConfigurationFault(`tls.${option}: ${path} cannot be read (${errorCode(error)})`);
  });
  if (content === undefined) throw new ConfigurationFault(`tls.${option}: there is no file ${path}`);
  if (!content.includes("-----BEGIN ")) {
    throw new ConfigurationFault(`tls.${option}: expected a PEM file, found something else in ${path}`);
  }
  return content;
}
