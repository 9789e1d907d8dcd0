/** A sink that can be replaced while its lane works: so a new password takes effect without a restart. */
import type { Batch, Payload, PayloadBuilder } from "../batch/batch.ts";
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import type { DeliveryLimits, DeliveryReport, OpenReport, ProbeResult, Sink } from "../sinks/sink.ts";

export class ReloadableSink implements Sink {
  /** As of the start: limits and the form of payloads change with a restart only. */
  readonly limits: DeliveryLimits;
  /** Set if the sink commits the checkpoint; always that of the sink in use. */
  readonly progress?: CheckpointStore;
  readonly #first: Sink;
  #current: Sink;
  #replaced: Sink[] = [];
  #deliveries = 0;

  /** @param progressOf makes the lane's checkpoints of those of a sink that commits them */
  constructor(sink: Sink, progressOf: (committed: CheckpointStore) => CheckpointStore = (same) => same) {
    this.limits = sink.limits;
    this.#first = sink;
    this.#current = sink;
    const { progress } = sink;
    if (progress === undefined) return;
    const present = () => this.#current.progress ?? progress;
    this.progress = progressOf({
      load: () => present().load(),
      save: (checkpoints) => present().save(checkpoints),
    });
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
