/** Where dead letters go when they are replayed, and for how long it is tried: a person waits for the answer. */
import type { Batch, Payload, PayloadBuilder } from "../batch/batch.ts";
import type { Config } from "../config/load.ts";
import type { BackoffOptions } from "../lane/backoff.ts";
import { Trouble } from "../lane/trouble.ts";
import { createLocalReplaySink } from "../sinks/local-replay.ts";
import type {
  Blocked,
  DeliveryLimits,
  DeliveryReport,
  OpenReport,
  Sink,
  Unavailable,
} from "../sinks/sink.ts";
import { openStore, openStoreForReading } from "../store/open.ts";
import type { Clock } from "../system/clock.ts";
import { type Log, silentLog } from "../system/log.ts";
import { BODIES_LANE, planBodiesLane } from "./bodies.ts";
import { createReplaySink, keepsRecords, LOCAL_LANE } from "./lane-plan.ts";
import type { StateFolder } from "./state-folder.ts";

export const REPLAY_BACKOFF: BackoffOptions = { initialMs: 500, maxMs: 5000 };

/** After so many failures in a row it is given up. */
const FAILURES_MAX = 5;
/** A destination that wants to be left alone for longer is not waited for. */
const RETRY_AFTER_MAX_MS = 10_000;

const LOCAL_LIMITS: DeliveryLimits = {
  recordsMax: 500,
  bytesMax: 2 * 1024 * 1024,
  waitMsMax: 0,
  inFlightMax: 1,
};

/** The sink of this name, or why nothing can be replayed into it. */
export async function openReplaySink(
  name: string,
  config: Config,
  state: StateFolder,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Sink | string> {
  if (name === LOCAL_LANE) return openLocal(config, state, log);
  if (name === BODIES_LANE)
    return planBodiesLane(config, clock)?.sink ?? "the configuration has no section bodies";
  const settings = Object.hasOwn(config.sinks, name) ? config.sinks[name] : undefined;
  if (settings === undefined) return "the configuration has no sink of this name";
  return createReplaySink(name, settings, config, clock);
}

function openLocal(config: Config, state: StateFolder, log: Log): Sink | string {
  if (!config.store.enabled) return "the embedded store is off (store.enabled: false)";
  const reading = openStoreForReading(state.store);
  if (reading.outcome === "unreadable") return reading.message;
  if (reading.outcome === "none") return `there is no embedded store ${state.store}: start the daemon first`;
  reading.database.close();
  const { store } = openStore(state.store, { keepsRecords: keepsRecords(config), log });
  return createLocalReplaySink(store, LOCAL_LIMITS);
}

/** A sink that is opened once, and remembers the offsets of the documents that its destination has. */
export class WatchedSink implements Sink {
  readonly limits: DeliveryLimits;
  readonly #sink: Sink;
  #opened: OpenReport | undefined;
  #accepted = new Set<number>();

  constructor(sink: Sink) {
    this.limits = sink.limits;
    this.#sink = sink;
  }

  /** The offsets of documents that were stored, or there before, since it was asked last. */
  takeAccepted(): ReadonlySet<number> {
    const accepted = this.#accepted;
    this.#accepted = new Set();
    return accepted;
  }

  payloadBuilder(): PayloadBuilder {
    return this.#sink.payloadBuilder();
  }

  async open(signal: AbortSignal): Promise<OpenReport> {
    if (this.#opened?.outcome !== "ready") this.#opened = await this.#sink.open(signal);
    return this.#opened;
  }

  async deliver(payload: Payload, batch: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    const report = await this.#sink.deliver(payload, batch, signal);
    for (let index = 0; index < payload.count; index++) {
      const verdict = report.outcome === "judged" ? report.verdicts[index]?.verdict : report.outcome;
      if (verdict === "stored" || verdict === "duplicate") this.#accepted.add(payload.offset(index));
    }
    return report;
  }

  probe(signal: AbortSignal) {
    return this.#sink.probe(signal);
  }

  close(): Promise<void> {
    return this.#sink.close();
  }
}

/** Trouble that ends the attempts, where a lane would go on for ever. */
export class Patience extends Trouble {
  readonly #exhausted = new AbortController();
  #failures = 0;
  #last: Unavailable | Blocked | undefined;

  constructor(name: string, clock: Clock) {
    super(name, clock, silentLog);
  }

  /** Aborts when it makes no sense to go on. */
  get exhausted(): AbortSignal {
    return this.#exhausted.signal;
  }

  /** What went wrong last. */
  get last(): Unavailable | Blocked | undefined {
    return this.#last;
  }

  override occurred(report: Unavailable | Blocked): void {
    super.occurred(report);
    this.#last = report;
    this.#failures++;
    const isHopeless =
      report.outcome === "blocked" ||
      (report.retryAfterMs !== undefined && report.retryAfterMs > RETRY_AFTER_MAX_MS);
    if (isHopeless || this.#failures >= FAILURES_MAX) this.#exhausted.abort();
  }

  override cleared(): void {
    super.cleared();
    this.#failures = 0;
  }
}
