/**
 * The embedded store as the destination of dead letters that are replayed, from a process beside the daemon.
 *
 * Each line is taken in by itself, once, and no checkpoint moves: that is the lane's affair.
 */
import type { Batch, Payload, PayloadBuilder } from "../batch/batch.ts";
import type { Store } from "../store/store.ts";
import { isCorruption } from "../system/sqlite.ts";
import { createLocalSink, toUnavailable } from "./local.ts";
import { rowsOf } from "./row-payload.ts";
import type { DeliveryLimits, DeliveryReport, Sink, Verdict } from "./sink.ts";

class LocalReplaySink implements Sink {
  readonly limits: DeliveryLimits;
  readonly #store: Store;
  readonly #local: Sink;

  constructor(store: Store, limits: DeliveryLimits) {
    this.limits = limits;
    this.#store = store;
    this.#local = createLocalSink(store, limits);
  }

  payloadBuilder(): PayloadBuilder {
    return this.#local.payloadBuilder();
  }

  async open() {
    return { outcome: "ready" as const };
  }

  async deliver(payload: Payload, { generation }: Batch): Promise<DeliveryReport> {
    try {
      const verdicts = rowsOf(payload).map((row): Verdict => {
        return { verdict: this.#store.ingestReplayed(generation, row) ? "stored" : "duplicate" };
      });
      return { outcome: "judged", verdicts };
    } catch (error) {
      if (!isCorruption(error)) return toUnavailable(error, this.#store.path);
      const message = `the embedded database ${this.#store.path} is damaged: restart the daemon, it begins a new one`;
      return { outcome: "blocked", reason: "damaged", message };
    }
  }

  probe(signal: AbortSignal) {
    return this.#local.probe(signal);
  }

  async close(): Promise<void> {
    this.#store.close();
  }
}

/** Makes the sink; it closes the store. */
export function createLocalReplaySink(store: Store, limits: DeliveryLimits): Sink {
  return new LocalReplaySink(store, limits);
}
