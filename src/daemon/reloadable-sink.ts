/** A sink that can be replaced while its lane works: so a new password takes effect without a restart. */
import type { Batch, Payload, PayloadBuilder } from "../batch/batch.ts";
import type { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import type { DeliveryLimits, DeliveryReport, OpenReport, ProbeResult, Sink } from "../sinks/sink.ts";

/** One of the sinks that take turns. */
interface Turn {
  readonly sink: Sink;
  /** True once its destination was made ready. */
  isReady: boolean;
  /** Deliveries under way. */
  deliveries: number;
}

export class ReloadableSink implements Sink {
  /** As of the start: limits and the form of payloads change with a restart only. */
  readonly limits: DeliveryLimits;
  /** Set if the sink commits the checkpoint; always that of the sink in use. */
  readonly progress?: CheckpointStore;
  readonly #first: Sink;
  #current: Turn;

  /** @param progressOf makes the lane's checkpoints of those of a sink that commits them */
  constructor(sink: Sink, progressOf: (committed: CheckpointStore) => CheckpointStore = (same) => same) {
    this.limits = sink.limits;
    this.#first = sink;
    this.#current = turnOf(sink);
    const { progress } = sink;
    if (progress === undefined) return;
    const present = () => this.#current.sink.progress ?? progress;
    this.progress = progressOf({
      load: () => present().load(),
      save: (checkpoints) => present().save(checkpoints),
    });
  }

  /** Sends what comes next through `sink`; the one before is closed once its deliveries have ended. */
  async replace(sink: Sink): Promise<void> {
    const before = this.#current;
    this.#current = turnOf(sink);
    await this.#closeIfUnused(before);
  }

  payloadBuilder(): PayloadBuilder {
    return this.#first.payloadBuilder();
  }

  open(signal: AbortSignal): Promise<OpenReport> {
    return makeReady(this.#current, signal);
  }

  async deliver(payload: Payload, batch: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    const turn = this.#current;
    turn.deliveries++;
    try {
      // The lane opens its sink once; one that came later may lead to another server.
      const report = turn.isReady ? undefined : await makeReady(turn, signal);
      if (report !== undefined && report.outcome !== "ready") return report;
      return await turn.sink.deliver(payload, batch, signal);
    } finally {
      turn.deliveries--;
      await this.#closeIfUnused(turn);
    }
  }

  probe(signal: AbortSignal): Promise<readonly ProbeResult[]> {
    return this.#current.sink.probe(signal);
  }

  close(): Promise<void> {
    return this.#current.sink.close();
  }

  async #closeIfUnused(turn: Turn): Promise<void> {
    if (turn !== this.#current && turn.deliveries === 0) await turn.sink.close();
  }
}

function turnOf(sink: Sink): Turn {
  return { sink, isReady: false, deliveries: 0 };
}

async function makeReady(turn: Turn, signal: AbortSignal): Promise<OpenReport> {
  const report = await turn.sink.open(signal);
  turn.isReady = report.outcome === "ready";
  return report;
}
