/**
 * Requests to OpenSearch through the official client: its connections, its choice of a living node, its TLS, its signatures.
 *
 * The answer is taken as a stream and read here: the client would limit neither its size nor its duration, and
 * it would parse every answer.
 */
import type { ApiResponse } from "@opensearch-project/opensearch";
import type { Clock } from "../../system/clock.ts";
import {
  type Answer,
  isOfDeadNode,
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

/** After these the credentials of AWS are read anew. */
const STATUSES_OF_STRANGERS: ReadonlySet<number> = new Set([401, 403]);

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
    try {
      this.#client ??= this.#open();
      return await this.#exchange(await this.#client, request, signal);
    } catch (error) {
      if (!(error instanceof ConfigurationFault)) throw error;
      return { status: undefined, failure: "configuration", message: error.message };
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    // Closed a second time, the client would never answer.
    await (await client?.catch(() => undefined))?.close();
  }

  async #open(): Promise<NodeClient> {
    try {
      return await openClient(this.#options);
    } catch (error) {
      // What is missing may be there at the next attempt.
      this.#client = undefined;
      throw error;
    }
  }

  async #exchange(
    client: NodeClient,
    request: SearchRequest,
    signal: AbortSignal,
  ): Promise<Answer | NoAnswer> {
    const limit = new TimeLimit(this.#clock, this.#options.request_timeout, signal);
    let node: NodeConnection | undefined;
    try {
      await client.identity?.refresh(limit.signal);
      const response = await start(client, request, limit.signal);
      node = response.meta.connection;
      const body = await readAnswer(response.body);
      const status = response.statusCode ?? 0;
      markNode(client, node, !isOfDeadNode(status));
      if (STATUSES_OF_STRANGERS.has(status)) client.identity?.doubt();
      return { status, headers: response.headers ?? {}, body };
    } catch (error) {
      if (error instanceof ConfigurationFault && limit.failure !== "aborted") throw error;
      // The client itself marks a node that could not be reached, but not one that did not answer in time.
      if (node !== undefined || limit.isExceeded) markNode(client, node ?? connectionOf(error), false);
      return explainFailure(error, (node ?? connectionOf(error))?.url.origin, limit.failure);
    } finally {
      limit.end();
    }
  }
}

/** Sends the request, and breaks it off when `signal` aborts. */
function start(
  { transport }: NodeClient,
  { method, path, query, headers, body }: SearchRequest,
  signal: AbortSignal,
): Promise<ApiResponse> {
  signal.throwIfAborted();
  const pending = transport.request(
    { method, path, ...(body && { body }) },
    { asStream: true, querystring: { ...query }, headers: { ...headers } },
  );
  signal.addEventListener("abort", () => {
    // Returned to the signal, what this gives would be taken for a promise whose rejection nobody expects.
    pending.abort();
  });
  return pending;
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
