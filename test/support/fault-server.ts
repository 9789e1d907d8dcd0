/**
 * A server that speaks OpenSearch's bulk protocol, stores in memory, and fails in every way that a real one and
 * the proxies before it do. What it did is counted, so that a test can prove that its faults really happened.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { type Random, seededRandom } from "../../src/system/random.ts";
import { type Answer, BulkStore, errorAnswer, type Judge } from "./bulk-store.ts";
import { type Fault, type FaultPlan, NO_FAULTS } from "./fault-plan.ts";
import { filterPath } from "./filter-path.ts";
import { RestartableServer } from "./restartable-server.ts";

export interface FaultServerOptions {
  readonly plan?: FaultPlan;
  readonly random?: Random;
  /** Documents that are refused, each by its own error. */
  readonly refuse?: Judge;
  /** A bulk request with such a document in it is refused as a whole, with 400. */
  readonly refuseRequest?: (body: Buffer) => boolean;
  /** Larger requests get 413. */
  readonly bodyBytesMax?: number;
  /** How long a slow answer takes, in milliseconds. */
  readonly slowMs?: number;
  /** False saves memory: ids are kept, documents are not. */
  readonly keepsDocuments?: boolean;
}

interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: Buffer;
}

const HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
const TOO_MANY = {
  status: 429,
  type: "es_rejected_execution_exception",
  reason: "rejected execution of coordinating operation",
};
const UNAVAILABLE = {
  status: 503,
  type: "unavailable_shards_exception",
  reason: "primary shard is not active",
};
const TOO_LARGE = { status: 413, type: "content_too_large", reason: "request entity too large" };
const BAD_REQUEST = { status: 400, type: "mapper_parsing_exception", reason: "failed to parse the request" };
/** How many of the documents are put off by `item_errors`. */
const ITEM_ERROR_SHARE = 0.2;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sent = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function jsonReply({ status, body }: { status: number; body: unknown }): Reply {
  return { status, type: "application/json; charset=UTF-8", text: JSON.stringify(body) };
}

function firstHalf(text: string): string {
  return text.slice(0, text.length / 2);
}

/** The reply to a request that never reaches the indices; undefined if it does. */
function replyOfProxy(fault: Fault | "none"): Reply | undefined {
  if (fault === "bad_gateway_html") return { status: 502, type: "text/html", text: HTML };
  if (fault === "ok_html") return { status: 200, type: "text/html", text: HTML };
  if (fault === "unavailable") return jsonReply(errorAnswer(UNAVAILABLE));
  if (fault === "too_many_requests")
    return { ...jsonReply(errorAnswer(TOO_MANY)), headers: { "retry-after": "0" } };
  return undefined;
}

export class FaultServer {
  readonly store: BulkStore;
  readonly templates = new Map<string, unknown>();
  /** How often each fault was committed, and `none`. */
  readonly faults = new Map<Fault | "none", number>();
  /** Bulk requests whose body came whole. */
  bulkRequests = 0;
  /** Requests answered 413 and, as a whole, 400. */
  refusedRequests = { tooLarge: 0, malformed: 0 };
  readonly #options: FaultServerOptions;
  readonly #random: Random;
  #plan: FaultPlan;
  readonly #server = new RestartableServer((request, response) => this.#handle(request, response));

  private constructor(options: FaultServerOptions) {
    this.#options = options;
    this.#plan = options.plan ?? NO_FAULTS;
    this.#random = options.random ?? seededRandom(1);
    this.store = new BulkStore(options);
  }

  static async start(options: FaultServerOptions = {}): Promise<FaultServer> {
    const server = new FaultServer(options);
    await server.up();
    return server;
  }

  get url(): string {
    return this.#server.url;
  }

  /** Listens, on the same port as before. */
  up(): Promise<void> {
    return this.#server.up();
  }

  /** Closes the port and every connection. What is stored stays. */
  down(): Promise<void> {
    return this.#server.down();
  }

  /** From now on the plan is this one; without one, all goes well. */
  follow(plan: FaultPlan = NO_FAULTS): void {
    this.#plan = plan;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#plan.next();
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
    if (fault === "cut_before_reading") {
      request.socket.destroy();
      return;
    }
    if (fault === "cut_in_request") {
      request.once("data", () => request.socket.destroy());
      request.once("end", () => request.socket.destroy());
      return;
    }
    const received: ReceivedRequest = {
      method: request.method ?? "GET",
      url: new URL(request.url ?? "/", this.url),
      body: await readBody(request),
    };
    if (fault === "slow") await delay(this.#options.slowMs ?? 50);
    this.#answer(fault, received, response);
  }

  #answer(fault: Fault | "none", received: ReceivedRequest, response: ServerResponse): void {
    const reply = replyOfProxy(fault) ?? this.#reply(fault, received);
    const head = {
      "content-type": reply.type,
      "content-length": Buffer.byteLength(reply.text),
      ...reply.headers,
    };
    if (fault === "answer_lost") {
      response.destroy();
      return;
    }
    response.writeHead(reply.status, head);
    if (fault === "cut_in_answer") {
      response.write(firstHalf(reply.text), () => response.destroy());
    } else {
      response.end(received.method === "HEAD" ? "" : reply.text);
    }
  }

  #reply(fault: Fault | "none", received: ReceivedRequest): Reply {
    const { status, body } = this.#execute(fault, received);
    if (fault === "half_stored") return jsonReply(errorAnswer(UNAVAILABLE));
    // Errors are never filtered: a server writes them with a builder of their own.
    const filter = status < 400 ? received.url.searchParams.get("filter_path") : null;
    const reply = jsonReply({ status, body: filterPath(body, filter) });
    return fault === "truncated_answer" ? { ...reply, text: firstHalf(reply.text) } : reply;
  }

  #execute(fault: Fault | "none", { method, url, body }: ReceivedRequest): Answer {
    const [first = "", second = ""] = url.pathname
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
    if (first === "")
      return { status: 200, body: { version: { number: "3.8.0", distribution: "opensearch" } } };
    if (first === "_index_template") return this.#template(method, second, body);
    if (first === "_bulk") return this.#bulk(fault, undefined, body);
    if (second === "_bulk") return this.#bulk(fault, first, body);
    return errorAnswer({
      status: 404,
      type: "not_found",
      reason: `no handler for [${method} ${url.pathname}]`,
    });
  }

  #template(method: string, name: string, body: Buffer): Answer {
    if (method === "PUT") {
      this.templates.set(name, JSON.parse(body.toString()));
      return { status: 200, body: { acknowledged: true } };
    }
    const template = this.templates.get(name);
    const reason = `index template matching [${name}] not found`;
    if (template === undefined)
      return errorAnswer({ status: 404, type: "resource_not_found_exception", reason });
    return { status: 200, body: { index_templates: [{ name, index_template: template }] } };
  }

  #bulk(fault: Fault | "none", index: string | undefined, body: Buffer): Answer {
    this.bulkRequests += 1;
    if (body.length > (this.#options.bodyBytesMax ?? Number.POSITIVE_INFINITY)) {
      this.refusedRequests.tooLarge += 1;
      return errorAnswer(TOO_LARGE);
    }
    if (this.#options.refuseRequest?.(body)) {
      this.refusedRequests.malformed += 1;
      return errorAnswer(BAD_REQUEST);
    }
    const defer: Judge = () => {
      if (fault !== "item_errors" || this.#random.next() >= ITEM_ERROR_SHARE) return undefined;
      return this.#random.next() < 0.5 ? TOO_MANY : UNAVAILABLE;
    };
    const half = body.filter((byte) => byte === 0x0a).length / 4;
    return this.store.execute(body, index, defer, fault === "half_stored" ? half : undefined);
  }
}
