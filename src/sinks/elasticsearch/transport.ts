/**
 * Requests to Elasticsearch through the official client: its connections, its choice of a living node, its TLS.
 *
 * The answer is taken as a stream and read here: the client would limit neither its size nor its duration, and
 * it would parse every answer.
 */
import { addAbortSignal } from "node:stream";
import type { Clock } from "../../system/clock.ts";
import {
  type Answer,
  isOfDeadNode,
  type NoAnswer,
  type SearchRequest,
  type SearchTransport,
} from "../bulk/answer.ts";
import { readAnswer } from "../http/answer-body.ts";
import { explainFailure } from "../http/failure.ts";
import { TimeLimit } from "../http/time-limit.ts";
import { ConfigurationFault } from "../http/tls.ts";
import { type NodePool, openNodes } from "./client.ts";
import type { NodeConnection } from "./connection.ts";
import type { ElasticsearchOptions } from "./options.ts";

/** Asks servers of version 9 to answer as those of version 8 do, which both can. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  "application/json": "application/vnd.elasticsearch+json; compatible-with=8",
  "application/x-ndjson": "application/vnd.elasticsearch+x-ndjson; compatible-with=8",
};

export class ElasticsearchTransport implements SearchTransport {
  readonly #options: ElasticsearchOptions;
  readonly #clock: Clock;
  #nodes: Promise<NodePool> | undefined;

  constructor(options: ElasticsearchOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  async send(request: SearchRequest, signal: AbortSignal): Promise<Answer | NoAnswer> {
    const limit = new TimeLimit(this.#clock, this.#options.request_timeout, signal);
    let nodes: NodePool | undefined;
    let node: NodeConnection | undefined;
    try {
      limit.signal.throwIfAborted();
      nodes = await this.#open(limit.signal);
      node = nodes.next(this.#clock.nowMs());
      const response = await node.stream(paramsOf(request), limit.signal);
      const body = await readAnswer(addAbortSignal(limit.signal, response.body));
      const { statusCode: status, headers } = response;
      nodes.mark(node, !isOfDeadNode(status));
      return { status, headers: headers as Answer["headers"], body };
    } catch (error) {
      if (error instanceof ConfigurationFault)
        return { status: undefined, failure: "configuration", message: error.message };
      if (node !== undefined && limit.failure !== "aborted") nodes?.mark(node, false);
      return explainFailure(error, node?.url.origin, limit.failure);
    } finally {
      limit.end();
    }
  }

  async close(): Promise<void> {
    const nodes = this.#nodes;
    this.#nodes = undefined;
    await (await nodes?.catch(() => undefined))?.close();
  }

  async #open(signal: AbortSignal): Promise<NodePool> {
    this.#nodes ??= openNodes(this.#options, signal);
    try {
      return await this.#nodes;
    } catch (error) {
      // What is missing may be there at the next attempt.
      this.#nodes = undefined;
      throw error;
    }
  }
}

function paramsOf({
  method,
  path,
  query,
  headers,
  body,
}: SearchRequest): Parameters<NodeConnection["stream"]>[0] {
  const contentType = headers?.["content-type"];
  return {
    method,
    path,
    querystring: new URLSearchParams(query).toString(),
    ...(body && { body }),
    headers: {
      accept: MEDIA_TYPES["application/json"],
      ...headers,
      ...(contentType !== undefined && { "content-type": MEDIA_TYPES[contentType] ?? contentType }),
    },
  };
}
