/** Documents as log events of one stream, and the source line of each. */
import assert from "node:assert/strict";
import type { Payload } from "../../batch/batch.ts";

/** What the service counts for each event beside the bytes of its message (PutLogEvents). */
export const EVENT_OVERHEAD_BYTES = 26;

/** One document; its message stands in the buffer of its payload. */
export interface EventRow {
  /** Where its line starts in the file. */
  readonly offset: number;
  readonly timestampMs: number;
  /** The message is `[start, end)` of the buffer. */
  readonly start: number;
  readonly end: number;
  /** Bytes of its line if the message begins with them, the closing brace excepted; else the line itself. */
  readonly line: number | Buffer;
}

export class CloudWatchPayload implements Payload {
  /** As the service counts it. */
  readonly bytes: number;
  /** `YYYY-MM-DD`, the day of all documents: part of the name of their stream. */
  readonly day: string;
  readonly #messages: Buffer;
  readonly #rows: readonly EventRow[];

  /** @param messages may hold more than the messages of `rows` */
  constructor(day: string, messages: Buffer, rows: readonly EventRow[]) {
    this.bytes = rows.reduce((sum, { start, end }) => sum + end - start + EVENT_OVERHEAD_BYTES, 0);
    this.day = day;
    this.#messages = messages;
    this.#rows = rows;
  }

  get count(): number {
    return this.#rows.length;
  }

  /** The message of event `index`. */
  message(index: number): string {
    const { start, end } = this.#row(index);
    return this.#messages.toString("utf8", start, end);
  }

  /** Size of event `index` as the service counts it. */
  eventBytes(index: number): number {
    const { start, end } = this.#row(index);
    return end - start + EVENT_OVERHEAD_BYTES;
  }

  /** The time of event `index` in Unix milliseconds. */
  timestampMs(index: number): number {
    return this.#row(index).timestampMs;
  }

  offset(index: number): number {
    return this.#row(index).offset;
  }

  line(index: number): Buffer {
    const { start, line } = this.#row(index);
    if (typeof line !== "number") return line;
    return Buffer.concat([this.#messages.subarray(start, start + line - 1), Buffer.from("}")]);
  }

  timestamp(index: number): string {
    return String((JSON.parse(this.message(index)) as Record<string, unknown>)["@timestamp"]);
  }

  select(indices: readonly number[]): CloudWatchPayload {
    return new CloudWatchPayload(
      this.day,
      this.#messages,
      indices.map((index) => this.#row(index)),
    );
  }

  #row(index: number): EventRow {
    const row = this.#rows[index];
    assert(row !== undefined, "an index outside of the payload");
    return row;
  }
}
