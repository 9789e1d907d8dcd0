/** Loads and configures the official client: nodes, credentials, signatures, TLS. */
import { createRequire } from "node:module";
import type {
  ClientOptions,
  Connection as OfficialConnection,
  ConnectionPool as OfficialPool,
  Serializer as OfficialSerializer,
  Transport as OfficialTransport,
} from "@opensearch-project/opensearch";
import type { AwsSigv4Signer as OfficialSigner } from "@opensearch-project/opensearch/aws-v3";
import { authorization, withoutUser } from "../http/credentials.ts";
import { readTls } from "../http/tls.ts";
import { AwsIdentity } from "./aws-identity.ts";
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
  /** Whose credentials the requests are signed with; undefined without `sigv4`. */
  readonly identity: AwsIdentity | undefined;
  close(): Promise<void>;
}

/** Makes a client. Rejects with a `ConfigurationFault` if a file of `tls` is of no use or the AWS region is not known. */
export async function openClient(options: OpenSearchOptions): Promise<NodeClient> {
  const ssl = await readTls(options.tls);
  const sigv4 = options.auth?.sigv4;
  const identity = sigv4 && (await AwsIdentity.open(sigv4, options.endpoints));
  const Transport = load<typeof OfficialTransport>("Transport.js");
  const Serializer = load<typeof OfficialSerializer>("Serializer.js");
  const Connection =
    identity === undefined ? load<typeof OfficialConnection>("Connection.js") : signedConnection(identity);
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
    ...(identity && { auth: identity.signature }),
  });
  const close = () => new Promise<void>((resolve) => connectionPool.empty(resolve));
  return { transport, connectionPool, identity, close };
}

/** The client's own signer. It takes region, service and credentials from the transport's `auth`, at each request. */
function signedConnection({ signature }: AwsIdentity): typeof OfficialConnection {
  const { AwsSigv4Signer } = load<{ AwsSigv4Signer: typeof OfficialSigner }>("aws/index-v3.js");
  const { region, service } = signature;
  return AwsSigv4Signer({ region, service }).Connection;
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
