/**
 * Recognises lines that the stream holds already. The service keeps every copy it is sent, so before a line is sent
 * that may be there, the stream is read.
 *
 * A line may be there for two reasons only:
 * - It was sent by a process before this one. Then it is not newer than the newest event that the stream held when this
 *   process came to it. Past that time nothing is read any more.
 * - Its batch was sent by this process, and the answer was lost.
 *
 * Reads may be a little behind writes. So a stream is read until two reads find the same.
 */
import type { Batch } from "../../batch/batch.ts";
import type { Clock } from "../../system/clock.ts";
import { documentId } from "../../tail/generation.ts";
import type { Logs, LogsFailure } from "./logs.ts";
import type { CloudWatchPayload } from "./payload.ts";
import { newestTimestamp, presentIds, type TimeSpan } from "./stream-reader.ts";

export interface ReadBackOptions {
  /** Between two reads, in milliseconds. */
  readonly interval: number;
  /** After so many milliseconds the last read is believed; 0: nothing is ever read. */
  readonly max: number;
}

const NONE: ReadonlySet<number> = new Set();

export class ReadBack {
  /**
   * Batches of which a part was sent and the answer lost. For all sinks of this process: after a reload it is another
   * one that sends the batch again.
   */
  static readonly #doubtful = new WeakSet<Batch>();

  readonly #logs: Logs;
  readonly #clock: Clock;
  readonly #group: string;
  readonly #options: ReadBackOptions;
  /** The newest timestamp of each stream when we came to it, or why it could not be read. */
  readonly #newestMs = new Map<string, Promise<number | LogsFailure>>();

  constructor(logs: Logs, clock: Clock, group: string, options: ReadBackOptions) {
    this.#logs = logs;
    this.#clock = clock;
    this.#group = group;
    this.#options = options;
  }

  /** Says that a stream was made just now: nothing can be in it. */
  isNew(stream: string): void {
    this.#newestMs.set(stream, Promise.resolve(Number.NEGATIVE_INFINITY));
  }

  /** Says that documents of `batch` were sent, and that nobody knows whether they were stored. */
  doubt(batch: Batch): void {
    ReadBack.#doubtful.add(batch);
  }

  /** The indices of documents that the stream holds already. Takes no request where none can be there. */
  async present(
    stream: string,
    payload: CloudWatchPayload,
    batch: Batch,
    signal: AbortSignal,
  ): Promise<ReadonlySet<number> | LogsFailure> {
    if (this.#options.max === 0) return NONE;
    const span = spanOf(payload);
    if (!ReadBack.#doubtful.has(batch)) {
      const newestMs = await this.#newest(stream, signal);
      if (typeof newestMs !== "number") return newestMs;
      if (span.earliestMs > newestMs) return NONE;
    }
    const ids = Array.from({ length: payload.count }, (_, index) =>
      documentId(batch.generation, payload.offset(index)),
    );
    const wanted = new Set(ids);
    const place = { group: this.#group, stream };
    const present = await this.#readUntilAgreed(
      () => presentIds(this.#logs, place, span, wanted, signal),
      // What is stored stays.
      { isSame: (one, other) => one.size === other.size, isComplete: ({ size }) => size === wanted.size },
      signal,
    );
    if (isFailure(present)) return present;
    return new Set(ids.flatMap((id, index) => (present.has(id) ? [index] : [])));
  }

  async #newest(stream: string, signal: AbortSignal): Promise<number | LogsFailure> {
    const known = this.#newestMs.get(stream);
    if (known !== undefined) return known;
    const place = { group: this.#group, stream };
    const reading = this.#readUntilAgreed<number>(
      () => newestTimestamp(this.#logs, place, signal),
      { isSame: (one, other) => one === other, isComplete: () => false },
      signal,
    );
    this.#newestMs.set(stream, reading);
    const newestMs = await reading;
    if (typeof newestMs !== "number") this.#newestMs.delete(stream);
    return newestMs;
  }

  /** The sink waits here itself: to the lane a pause between two reads would look like a sink that is down. */
  async #readUntilAgreed<Finding extends number | ReadonlySet<string>>(
    read: () => Promise<Finding | LogsFailure>,
    judge: {
      readonly isSame: (one: Finding, other: Finding) => boolean;
      readonly isComplete: (finding: Finding) => boolean;
    },
    signal: AbortSignal,
  ): Promise<Finding | LogsFailure> {
    const { interval, max } = this.#options;
    const endMs = this.#clock.monotonicMs() + max;
    let last = await read();
    while (!isFailure(last) && !judge.isComplete(last) && this.#clock.monotonicMs() + interval <= endMs) {
      await this.#clock.sleep(interval, signal);
      const next = await read();
      if (isFailure(next) || judge.isSame(last, next)) return next;
      last = next;
    }
    return last;
  }
}

function isFailure(result: number | ReadonlySet<string> | LogsFailure): result is LogsFailure {
  return typeof result === "object" && "ok" in result;
}

function spanOf(payload: CloudWatchPayload): TimeSpan {
  let earliestMs = Number.POSITIVE_INFINITY;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < payload.count; index++) {
    earliestMs = Math.min(earliestMs, payload.timestampMs(index));
    latestMs = Math.max(latestMs, payload.timestampMs(index));
  }
  return { earliestMs, latestMs };
}
