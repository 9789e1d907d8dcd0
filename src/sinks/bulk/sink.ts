/** A sink that speaks the bulk protocol of OpenSearch and Elasticsearch. What differs between them is passed in. */
import assert from "node:assert/strict";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Batch, Payload } from "../../batch/batch.ts";
import { DocumentWriter } from "../../document/write.ts";
import type { Clock } from "../../system/clock.ts";
import type {
  Blocked,
  DeliveryLimits,
  DeliveryReport,
  OpenReport,
  ProbeResult,
  Sink,
  Unavailable,
} from "../sink.ts";
import type { SearchRequest, SearchTransport } from "./answer.ts";
import { BufferPool } from "./buffer-pool.ts";
import { knowsParameter, type WriteTarget } from "./dry-write.ts";
import { describeMistake, type Flavour, identityOf } from "./flavour.ts";
import type { IndexName } from "./index-name.ts";
import { BulkPayload } from "./payload.ts";
import { probe } from "./probe.ts";
import { obstacle, reportOnNoAnswer } from "./refusal.ts";
import { BulkPayloadBuilder } from "./request.ts";
import { ANSWER_FILTER, reportOnAnswer } from "./response.ts";
import type { IndexTemplate } from "./template.ts";
import { ensureTemplate } from "./template-put.ts";

const compress = promisify(gzip);

/** Keeps the text of documents out of the reasons of errors, from Elasticsearch 8.18 on. */
const HIDE_SOURCE = { include_source_on_error: "false" };

/** Of `GET /`: nobody can say now what it is. Any other refusal leaves the question open, which is no obstacle. */
const NOT_NOW: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface BulkSinkSettings {
  readonly limits: DeliveryLimits;
  readonly index: IndexName;
  /** True if `index` is the name of a data stream, the same for every day. */
  readonly dataStream: boolean;
  /** False if the server takes no ids of ours: then documents carry theirs, and what is sent again is doubled. */
  readonly documentIds: boolean;
  /** Undefined: indices get their mapping from elsewhere. */
  readonly template: IndexTemplate | undefined;
  readonly compression: "none" | "gzip";
  readonly labels: Readonly<Record<string, string>>;
  readonly flavour: Flavour;
}

export class BulkSink implements Sink {
  readonly limits: DeliveryLimits;
  readonly #settings: BulkSinkSettings;
  readonly #transport: SearchTransport;
  readonly #clock: Clock;
  readonly #pool: BufferPool;
  #query: Readonly<Record<string, string>> = { filter_path: ANSWER_FILTER };

  constructor(settings: BulkSinkSettings, transport: SearchTransport, clock: Clock) {
    this.limits = settings.limits;
    this.#settings = settings;
    this.#transport = transport;
    this.#clock = clock;
    this.#pool = new BufferPool(settings.limits.bytesMax, settings.limits.inFlightMax + 1);
  }

  payloadBuilder(): BulkPayloadBuilder {
    const { labels, index, documentIds } = this.#settings;
    const writer = new DocumentWriter({ labels, withEventId: !documentIds });
    return new BulkPayloadBuilder(writer, index, this.limits, this.#pool, documentIds);
  }

  async open(signal: AbortSignal): Promise<OpenReport> {
    const { flavour, template } = this.#settings;
    const target = this.#target();
    const found = await this.#findObstacle(signal);
    if (found !== undefined) return found;
    if (flavour.canHideSource && (await knowsParameter(this.#transport, target, HIDE_SOURCE, signal)))
      this.#query = { ...this.#query, ...HIDE_SOURCE };
    return template === undefined
      ? { outcome: "ready" }
      : ensureTemplate(this.#transport, template, target, signal);
  }

  async deliver(payload: Payload, _batch: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    assert(payload instanceof BulkPayload, "a payload of another sink");
    const answer = await this.#transport.send(await this.#request(payload), signal);
    return answer.status === undefined
      ? reportOnNoAnswer(answer)
      : reportOnAnswer(answer, payload.count, this.#clock.nowMs());
  }

  probe(signal: AbortSignal): Promise<readonly ProbeResult[]> {
    const { flavour, template } = this.#settings;
    const target = this.#target();
    return probe(
      { transport: this.#transport, flavour, target, template, nowMs: this.#clock.nowMs() },
      signal,
    );
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #request(payload: BulkPayload): Promise<SearchRequest> {
    const isCompressed = this.#settings.compression === "gzip";
    // On zlib's threads, so the event loop stays free.
    const body = isCompressed
      ? await compress(payload.body(), { level: constants.Z_BEST_SPEED })
      : payload.body();
    return {
      method: "POST",
      path: `/${encodeURIComponent(payload.index)}/_bulk`,
      query: this.#query,
      headers: {
        "content-type": "application/x-ndjson",
        ...(isCompressed && { "content-encoding": "gzip" }),
      },
      body,
    };
  }

  /** What keeps every delivery from being tried: nobody is there, or the other product. */
  async #findObstacle(signal: AbortSignal): Promise<Unavailable | Blocked | undefined> {
    const root = await this.#transport.send({ method: "GET", path: "/" }, signal);
    if (root.status === undefined) return reportOnNoAnswer(root);
    const mistake = describeMistake(identityOf(root), this.#settings.flavour);
    if (mistake !== undefined) return { outcome: "blocked", reason: "wrong_product", message: mistake };
    return NOT_NOW.has(root.status) ? obstacle(root, this.#clock.nowMs()) : undefined;
  }

  /** The index of today, or the data stream. */
  #target(): WriteTarget {
    const { index, dataStream, documentIds } = this.#settings;
    const today = new Date(this.#clock.nowMs()).toISOString().slice(0, 10);
    return { index: index.forDay(today), dataStream, documentIds };
  }
}
