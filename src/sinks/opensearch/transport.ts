/**
 * Requests to OpenSearch through the official client: its connections, its choice of a living node, its TLS.
 *
 * The answer is taken as a stream and read here: the client would limit neither its size nor its duration, and
 * it would parse every answer.
 */
import type { ApiResponse } from "@opensearch-project/opensearch";
import type { Clock } from "../../system/clock.ts";
import {
  type Answer,
  member,
  type NoAnswer,
  type SearchRequest,
  type SearchTransport,
} from "../bulk/answer.ts";
import { readAnswer } from "../http/answer-body.ts";
import { explainFailure } from "../http/failure.ts";
import { TimeLimit } from "../http/time-limit.ts";
import { ConfigurationFault } from "../http/tls.ts";
import { type NodeClient, openClient } from "./client.ts";
import type { OpenSearchOptions } from "./options.ts";

/** After these the next request goes to another node, if there is one. */
const STATUSES_OF_DEAD_NODES: ReadonlySet<number> = new Set([502, 503, 504]);

type NodeConnection = ApiResponse["meta"]["connection"];

export class OpenSearchTransport implements SearchTransport {
  readonly #options: OpenSearchOptions;
  readonly #clock: Clock;
  #client: Promise<NodeClient> | undefined;

  constructor(options: OpenSearchOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  async send(request: SearchRequest, signal: AbortSignal): Promise<Answer | NoAnswer> {
    this.#client ??= openClient(this.#options);
    try {
      return await this.#exchange(await this.#client, request, signal);
    } catch (error) {
      if (!(error instanceof ConfigurationFault)) throw error;
      // What is missing may be there at the next attempt.
      this.#client = undefined;
      return { status: undefined, failure: "configuration", message: error.message };
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    // Closed a second time, the client would never answer.
    await (await client?.catch(() => undefined))?.close();
  }

  async #exchange(
    client: NodeClient,
    request: SearchRequest,
    signal: AbortSignal,
  ): Promise<Answer | NoAnswer> {
    const pending = client.transport.request(
      { method: request.method, path: request.path, ...(request.body && { body: request.body }) },
      { asStream: true, querystring: { ...request.query }, headers: { ...request.headers } },
    );
    const limit = new TimeLimit(this.#clock, this.#options.request_timeout, signal, () => {
      // Returned to the signal, what this gives would be taken for a promise whose rejection nobody expects.
      pending.abort();
    });
    let node: NodeConnection | undefined;
    try {
      const response = await pending;
      node = response.meta.connection;
      const body = await readAnswer(response.body);
      const status = response.statusCode ?? 0;
      markNode(client, node, !STATUSES_OF_DEAD_NODES.has(status));
      return { status, headers: response.headers ?? {}, body };
    } catch (error) {
      // The client itself marks a node that could not be reached, but not one that did not answer in time.
      if (node !== undefined || limit.isExceeded) markNode(client, node ?? connectionOf(error), false);
      return explainFailure(error, (node ?? connectionOf(error))?.url.origin, limit.failure);
    } finally {
      limit.end();
    }
  }
}

function markNode(client: NodeClient, node: NodeConnection | undefined, isAlive: boolean): void {
  if (node === undefined) return;
  if (isAlive) client.connectionPool.markAlive(node);
  else client.connectionPool.markDead(node);
}

/** The node that an error of the client came from. */
function connectionOf(error: unknown): NodeConnection | undefined {
  return member(member(member(error, "meta"), "meta"), "connection") as NodeConnection | undefined;
}
