/** A sink that speaks the bulk protocol of OpenSearch and Elasticsearch. What differs between them is passed in. */
import assert from "node:assert/strict";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Batch, Payload } from "../../batch/batch.ts";
import { DocumentWriter } from "../../document/write.ts";
import type { Clock } from "../../system/clock.ts";
import type { DeliveryLimits, DeliveryReport, OpenReport, ProbeResult, Sink } from "../sink.ts";
import type { SearchRequest, SearchTransport } from "./answer.ts";
import { BufferPool } from "./buffer-pool.ts";
import type { IndexName } from "./index-name.ts";
import { BulkPayload } from "./payload.ts";
import { type Flavour, probe } from "./probe.ts";
import { reportOnNoAnswer } from "./refusal.ts";
import { BulkPayloadBuilder } from "./request.ts";
import { ANSWER_FILTER, reportOnAnswer } from "./response.ts";
import type { IndexTemplate } from "./template.ts";
import { ensureTemplate } from "./template-put.ts";

const compress = promisify(gzip);

export interface BulkSinkSettings {
  readonly limits: DeliveryLimits;
  readonly index: IndexName;
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

  constructor(settings: BulkSinkSettings, transport: SearchTransport, clock: Clock) {
    this.limits = settings.limits;
    this.#settings = settings;
    this.#transport = transport;
    this.#clock = clock;
    this.#pool = new BufferPool(settings.limits.bytesMax, settings.limits.inFlightMax + 1);
  }

  payloadBuilder(): BulkPayloadBuilder {
    const writer = new DocumentWriter({ labels: this.#settings.labels, withEventId: false });
    return new BulkPayloadBuilder(writer, this.#settings.index, this.limits, this.#pool);
  }

  async open(signal: AbortSignal): Promise<OpenReport> {
    const { template } = this.#settings;
    if (template === undefined) return { outcome: "ready" };
    return ensureTemplate(this.#transport, template, this.#indexOfToday(), signal);
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
    const index = this.#indexOfToday();
    return probe(
      { transport: this.#transport, flavour, index, template, nowMs: this.#clock.nowMs() },
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
      query: { filter_path: ANSWER_FILTER },
      headers: {
        "content-type": "application/x-ndjson",
        ...(isCompressed && { "content-encoding": "gzip" }),
      },
      body,
    };
  }

  #indexOfToday(): string {
    return this.#settings.index.forDay(new Date(this.#clock.nowMs()).toISOString().slice(0, 10));
  }
}
