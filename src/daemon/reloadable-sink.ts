/** A sink that can be replaced while its lane works: so a new password takes effect without a restart. */
import type { Batch, Payload, PayloadBuilder } from "../batch/batch.ts";
import type { DeliveryLimits, DeliveryReport, OpenReport, ProbeResult, Sink } from "../sinks/sink.ts";

export class ReloadableSink implements Sink {
  /** As of the start: limits and the form of payloads change with a restart only. */
  readonly limits: DeliveryLimits;
  readonly #first: Sink;
  #current: Sink;
  #replaced: Sink[] = [];
  #deliveries = 0;

  constructor(sink: Sink) {
    this.limits = sink.limits;
    this.#first = sink;
    this.#current = sink;
  }

  /** Sends what comes next through `sink`; the one before is closed once nothing is under way. */
  async replace(sink: Sink): Promise<void> {
    this.#replaced.push(this.#current);
    this.#current = sink;
    await this.#closeReplaced();
  }

  payloadBuilder(): PayloadBuilder {
    return this.#first.payloadBuilder();
  }

  open(signal: AbortSignal): Promise<OpenReport> {
    return this.#current.open(signal);
  }

  async deliver(payload: Payload, batch: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    this.#deliveries++;
    try {
      return await this.#current.deliver(payload, batch, signal);
    } finally {
      this.#deliveries--;
      await this.#closeReplaced();
    }
  }

  probe(signal: AbortSignal): Promise<readonly ProbeResult[]> {
    return this.#current.probe(signal);
  }

  async close(): Promise<void> {
    await this.#closeReplaced();
    await this.#current.close();
  }

  async #closeReplaced(): Promise<void> {
    if (this.#deliveries > 0) return;
    for (const sink of this.#replaced.splice(0)) await sink.close();
  }
}
