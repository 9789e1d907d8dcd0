/**
 * Loads and configures the official client: nodes, credentials, TLS.
 *
 * Its connections and its choice of a living node are used, its `Transport` is not: that one copies the request into
 * each error to hide secrets in it, byte by byte, which takes seconds and a gigabyte for a body of 5 MiB.
 */
import { createRequire } from "node:module";
import type {
  HttpConnection as OfficialConnection,
  ClusterConnectionPool as OfficialPool,
} from "@elastic/elasticsearch";
import { fetchAuthority } from "../http/authority.ts";
import { authorization, withoutUser } from "../http/credentials.ts";
import { readTls, type TlsMaterial } from "../http/tls.ts";
import { mendedConnection, type NodeConnection } from "./connection.ts";
import { type ElasticsearchOptions, endpointsOf } from "./options.ts";

const SOCKETS_FOR_QUESTIONS = 2;

/** Loads a part of the official client when it is needed: all of it takes a fifth of a second. */
function load<Part>(path: string): Part {
  const require = createRequire(createRequire(import.meta.url).resolve("@elastic/elasticsearch"));
  return (require(`@elastic/transport/lib/${path}`) as { readonly default: Part }).default;
}

/** The nodes of one cluster. They take turns, and one that is dead is left out until it answers a ping. */
export class NodePool {
  readonly #pool: OfficialPool;
  #turn = 0;

  constructor(pool: OfficialPool) {
    this.#pool = pool;
  }

  /** The node whose turn it is; a dead one only if all are dead. `nowMs` is the wall clock. */
  next(nowMs: number): NodeConnection {
    const node = this.#pool.getConnection({
      now: nowMs,
      ...{ requestId: "", name: "", context: null },
      filter: () => true,
      selector: (nodes) => nodes[this.#turn++ % nodes.length] as (typeof nodes)[number],
    });
    return node as NodeConnection;
  }

  mark(node: NodeConnection, isAlive: boolean): void {
    if (isAlive) this.#pool.markAlive(node);
    else this.#pool.markDead(node);
  }

  close(): Promise<void> {
    return this.#pool.empty();
  }
}

/**
 * Makes the nodes. Rejects with a `ConfigurationFault` if a file of `tls` or the fingerprint is of no use, or as Node
 * does if no server can be asked for its authority; `signal` gives up to ask.
 */
export async function openNodes(options: ElasticsearchOptions, signal: AbortSignal): Promise<NodePool> {
  const endpoints = endpointsOf(options).map((endpoint) => new URL(endpoint));
  const tls = await tlsOf(options, endpoints, signal);
  const credentials = authorization(options.auth, endpoints);
  const headers = {
    "user-agent": "mem0-audit-shipper",
    ...(credentials !== undefined && { authorization: credentials }),
  };
  const Pool = load<typeof OfficialPool>("pool/ClusterConnectionPool");
  const pool = new Pool({
    tls,
    Connection: mendedConnection(load<typeof OfficialConnection>("connection/HttpConnection")),
    resurrectStrategy: "ping",
    agent: { keepAlive: true, maxSockets: options.max_in_flight + SOCKETS_FOR_QUESTIONS },
  });
  // Credentials go into a header, out of the URLs: those end up in messages.
  pool.addConnection(endpoints.map((endpoint) => ({ url: withoutUser(endpoint), headers: { ...headers } })));
  return new NodePool(pool);
}

async function tlsOf(
  { tls }: ElasticsearchOptions,
  endpoints: readonly URL[],
  signal: AbortSignal,
): Promise<TlsMaterial> {
  const material = await readTls(tls);
  const withTls = endpoints.filter(({ protocol }) => protocol === "https:");
  if (tls.ca_fingerprint === "" || withTls.length === 0) return material;
  return { ...material, ca: await fetchAuthority(withTls, tls.ca_fingerprint, material, signal) };
}
