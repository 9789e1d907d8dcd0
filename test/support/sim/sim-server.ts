/** A search server behind a bad network: it judges bulk requests for real, and answers by the weather. */
import assert from "node:assert/strict";
import type { Answer, NoAnswer, SearchRequest, SearchTransport } from "../../../src/sinks/bulk/answer.ts";
import { BulkStore, type ServerError } from "../bulk-store.ts";
import type { Chance } from "./chance.ts";
import type { SimClock } from "./sim-clock.ts";
import type { SimProcess } from "./sim-process.ts";

/** What the server does at present. */
export const WEATHERS = [
  "fine",
  "slow",
  "unreachable",
  "loses_answers",
  "cuts_answers",
  "defers_some",
  "throttles",
  "unavailable",
  "gateway_html",
  "unauthorized",
  "read_only",
  "no_pipeline",
] as const;
export type Weather = (typeof WEATHERS)[number];

/** A document with this word is refused alone. */
export const POISON = "hemlock";
/** A request with such a document is refused as a whole, as if it were malformed. */
export const WHOLE_POISON = "arsenic";

const REFUSAL = { status: 400, type: "mapper_parsing_exception", reason: "failed to parse field [poison]" };

export class SimServer {
  readonly store: BulkStore;
  readonly #clock: SimClock;
  readonly #chance: Chance;
  weather: Weather = "fine";
  /** Larger bodies are answered by 413. */
  bodyBytesMax: number;
  /** True once whole requests are no longer refused for the sake of one document. */
  isHealed = false;
  /** How often what happened. */
  readonly seen = { lostAnswers: 0, tooLarge: 0, wholeRefusals: 0, requests: 0 };

  constructor(clock: SimClock, chance: Chance, bodyBytesMax: number) {
    this.#clock = clock;
    this.#chance = chance;
    this.bodyBytesMax = bodyBytesMax;
    this.store = new BulkStore({
      refuse: (document) =>
        document.includes(POISON) || document.includes(WHOLE_POISON) ? REFUSAL : undefined,
    });
  }

  transportOf(process: SimProcess): SearchTransport {
    return {
      send: (request, signal) => process.unlessDead(this.#send(process, request, signal)),
      close: async () => undefined,
    };
  }

  async #send(process: SimProcess, request: SearchRequest, signal: AbortSignal): Promise<Answer | NoAnswer> {
    // The network has its own copy: the sender may use its buffer again once it was answered.
    const sent = { ...request, body: Buffer.from(request.body ?? "") };
    const exchange = this.#exchange(process, sent);
    const given: NoAnswer = { status: undefined, failure: "aborted", message: "given up" };
    if (signal.aborted) return given;
    return new Promise((resolve) => {
      const onAbort = () => resolve(given);
      signal.addEventListener("abort", onAbort, { once: true });
      void exchange.then((answer) => {
        signal.removeEventListener("abort", onAbort);
        resolve(answer);
      });
    });
  }

  async #exchange(process: SimProcess, request: SearchRequest): Promise<Answer | NoAnswer> {
    const isSlow = this.weather === "slow";
    await this.#clock.sleep(this.#chance.between(0, isSlow ? 4000 : 15));
    if (process.isDead && this.#chance.happens(0.5)) return failure("network");
    this.seen.requests++;
    const { weather } = this;
    if (weather === "unreachable") {
      if (this.#chance.happens(0.2)) await this.#clock.sleep(10_000);
      return failure(this.#chance.happens(0.5) ? "network" : "timeout");
    }
    const answer = this.#answer(request, weather);
    await this.#clock.sleep(this.#chance.between(0, isSlow ? 4000 : 15));
    const isLost = this.#chance.happens(weather === "loses_answers" ? 0.6 : 0.01);
    if (isLost) {
      this.seen.lostAnswers++;
      return failure("network");
    }
    if (this.#chance.happens(weather === "cuts_answers" ? 0.6 : 0))
      return { ...answer, body: answer.body.subarray(0, this.#chance.between(0, answer.body.length - 1)) };
    return answer;
  }

  #answer(request: SearchRequest, weather: Weather): Answer {
    const body = request.body ?? Buffer.alloc(0);
    if (body.length > this.bodyBytesMax) {
      this.seen.tooLarge++;
      return plain(413, "too large");
    }
    switch (weather) {
      case "throttles":
        return json(429, errorOf(429, "es_rejected_execution_exception"), this.#retryAfter());
      case "unavailable":
        return json(503, errorOf(503, "cluster_manager_not_discovered_exception"), this.#retryAfter());
      case "gateway_html":
        return plain(502, "<html><h1>502 Bad Gateway</h1></html>");
      case "unauthorized":
        return plain(401, "Unauthorized");
      case "read_only":
        return json(403, errorOf(403, "cluster_block_exception"));
      case "no_pipeline":
        return json(400, errorOf(400, "illegal_argument_exception"));
      default:
        return this.#execute(request, body, weather);
    }
  }

  #execute(request: SearchRequest, body: Buffer, weather: Weather): Answer {
    if (!this.isHealed && body.includes(WHOLE_POISON)) {
      this.seen.wholeRefusals++;
      return json(400, errorOf(400, "mapper_parsing_exception"));
    }
    // Asked once at start: what this is.
    if (request.path === "/") return json(200, { version: { distribution: "opensearch", number: "3.8.0" } });
    const match = /^\/([^/]+)\/_bulk$/.exec(request.path);
    assert(match?.[1] !== undefined, `expected a bulk request, found ${request.method} ${request.path}`);
    const defer = (): ServerError | undefined =>
      weather === "defers_some" && this.#chance.happens(0.4)
        ? {
            status: this.#chance.of([429, 503]),
            type: this.#chance.of(["es_rejected_execution_exception", "unavailable_shards_exception"]),
            reason: "busy",
          }
        : undefined;
    const answer = this.store.execute(body, decodeURIComponent(match[1]), defer);
    return json(answer.status, answer.status === 200 ? filtered(answer.body as BulkAnswer) : answer.body);
  }

  #retryAfter(): Record<string, string> {
    return this.#chance.happens(0.5) ? { "retry-after": String(this.#chance.between(0, 5)) } : {};
  }
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly { readonly create: { readonly status: number; readonly error?: ServerError } }[];
}

/** What `filter_path` leaves of an answer. */
function filtered({ errors, items }: BulkAnswer): object {
  return {
    errors,
    items: items.map(({ create: { status, error } }) => ({
      create:
        error === undefined ? { status } : { status, error: { type: error.type, reason: error.reason } },
    })),
  };
}

function failure(kind: NoAnswer["failure"]): NoAnswer {
  return { status: undefined, failure: kind, message: kind };
}

function errorOf(status: number, type: string): object {
  return { error: { type, reason: "simulated", root_cause: [{ type, reason: "simulated" }] }, status };
}

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  const text = JSON.stringify(body);
  return { status, headers: { ...headers, "content-type": "application/json" }, body: Buffer.from(text) };
}

function plain(status: number, text: string): Answer {
  return { status, headers: { "content-type": "text/html" }, body: Buffer.from(text) };
}
