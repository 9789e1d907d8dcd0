/**
 * A proxy on loopback before a real server: most requests pass, some end as they do in bad networks and before servers
 * that are too busy. What it did is counted, so that a test can prove that its faults really happened.
 */
import {
  createServer,
  type IncomingMessage,
  request as requestTo,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { pick } from "../../src/cli/demo/chance.ts";
import type { Random } from "../../src/system/random.ts";

export const PROXY_FAULTS = [
  "too_many_requests",
  "unavailable",
  "bad_gateway_html",
  "ok_html",
  "cut_before_reading",
  "cut_in_request",
  /** Done, but the connection ends before the first byte of the answer. */
  "answer_lost",
  /** Done, but the connection ends in the middle of the answer. */
  "cut_in_answer",
  /** Done, but a proxy says 503 instead of the answer. */
  "answer_replaced",
  "slow",
] as const;
export type ProxyFault = (typeof PROXY_FAULTS)[number];

/** What a product says when it puts a request off. */
export interface Throttling {
  readonly status: number;
  readonly body: string;
}

export interface FaultProxyOptions {
  /** The real server: scheme, host and port. */
  readonly target: string;
  readonly random: Random;
  /** How many of the requests that deliver have a fault, 0 to 1. */
  readonly share: number;
  /** Which requests deliver: the others always pass. */
  readonly delivers: (request: IncomingMessage) => boolean;
  readonly throttling: Throttling;
}

const SLOW_MS = 50;
const HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

interface RealAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export class FaultProxy {
  /** How often each fault was committed. */
  readonly faults = new Map<ProxyFault, number>();
  /** Requests that deliver, whatever became of them. */
  deliveries = 0;
  readonly #options: FaultProxyOptions;
  readonly #plan: readonly { readonly weight: number; readonly fault: ProxyFault | "none" }[];
  readonly #server: Server;

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
    const none = {
      weight: ((1 - options.share) / options.share) * PROXY_FAULTS.length,
      fault: "none" as const,
    };
    this.#plan = [none, ...PROXY_FAULTS.map((fault) => ({ weight: 1, fault }))];
    this.#server = createServer((request, response) => {
      // Either side may go away at any moment, by being killed: that is no error of the proxy.
      this.#handle(request, response).catch(() => request.socket.destroy());
    });
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#faultFor(request);
    if (fault === "cut_before_reading") {
      request.socket.destroy();
    } else if (fault === "cut_in_request") {
      request.once("data", () => request.socket.destroy());
      request.once("end", () => request.socket.destroy());
    } else {
      const body = await buffer(request);
      if (fault === "slow") await delay(SLOW_MS);
      const refusal = this.#refusal(fault);
      if (refusal !== undefined) send(response, refusal);
      else spoil(fault, response, await this.#forward(request, body));
    }
  }

  #faultFor(request: IncomingMessage): ProxyFault | "none" {
    if (!this.#options.delivers(request)) return "none";
    this.deliveries += 1;
    const { fault } = pick(this.#options.random, this.#plan);
    if (fault !== "none") this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
    return fault;
  }

  /** The answer to a request that the server never sees; undefined if it does. */
  #refusal(fault: ProxyFault | "none"): RealAnswer | undefined {
    const { status, body } = this.#options.throttling;
    if (fault === "too_many_requests") return textAnswer(status, "application/json", body);
    if (fault === "unavailable") return textAnswer(503, "text/plain", "unavailable");
    if (fault === "bad_gateway_html") return textAnswer(502, "text/html", HTML);
    if (fault === "ok_html") return textAnswer(200, "text/html", HTML);
    return undefined;
  }

  #forward(request: IncomingMessage, body: Buffer): Promise<RealAnswer> {
    return new Promise((resolve, reject) => {
      const { method, url, headers } = request;
      const options = { method, headers, agent: false as const };
      const outgoing = requestTo(`${this.#options.target}${url ?? "/"}`, options, (answer) => {
        const done = (content: Buffer) =>
          resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: content });
        buffer(answer).then(done, reject);
      });
      outgoing.once("error", reject).end(body);
    });
  }
}

function textAnswer(status: number, type: string, body: string): RealAnswer {
  return { status, headers: { "content-type": type }, body: Buffer.from(body) };
}

function send(response: ServerResponse, { status, headers, body }: RealAnswer): void {
  const { connection: _, "transfer-encoding": __, ...kept } = headers;
  response.writeHead(status, { ...kept, "content-length": body.length });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

function spoil(fault: ProxyFault | "none", response: ServerResponse, answer: RealAnswer): void {
  if (fault === "answer_lost") {
    response.destroy();
  } else if (fault === "cut_in_answer") {
    response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length + 1 });
    response.write(answer.body.subarray(0, answer.body.length / 2), () => response.destroy());
  } else if (fault === "answer_replaced") {
    send(response, textAnswer(503, "text/html", HTML));
  } else {
    send(response, answer);
  }
}
