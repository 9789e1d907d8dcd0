/** Documents → payloads that PutLogEvents takes: of one stream, within a day, and within its limits. */
import type { PayloadBuilder } from "../../batch/batch.ts";
import type { Document } from "../../document/document.ts";
import { utcDay } from "../../record/timestamp.ts";
import type { DeliveryLimits } from "../sink.ts";
import { CloudWatchPayload, EVENT_OVERHEAD_BYTES, type EventRow } from "./payload.ts";

const DAY_MS = 86_400_000;

/** Documents are joined to texts of about this length before they are written: one call for many documents. */
const TEXT_LENGTH = 8 * 1024;

export class CloudWatchPayloadBuilder implements PayloadBuilder {
  readonly #encode: (document: Document) => string;
  readonly #limits: Pick<DeliveryLimits, "recordsMax" | "bytesMax">;
  #rows: EventRow[] = [];
  /** What is encoded but not yet joined to `#chunks`. */
  #text = "";
  #chunks: Buffer[] = [];
  #length = 0;
  #day = "";
  #earliestMs = Number.POSITIVE_INFINITY;
  #latestMs = Number.NEGATIVE_INFINITY;

  /** @param encode gives the message of a document, UTF-8 with one character for each byte */
  constructor(
    encode: (document: Document) => string,
    limits: Pick<DeliveryLimits, "recordsMax" | "bytesMax">,
  ) {
    this.#encode = encode;
    this.#limits = limits;
  }

  get count(): number {
    return this.#rows.length;
  }

  get bytes(): number {
    return this.#length + this.count * EVENT_OVERHEAD_BYTES;
  }

  add(document: Document): boolean {
    const isFirst = this.count === 0;
    if (this.count >= this.#limits.recordsMax) return false;
    const { timestampMs } = document;
    const day = document.generation.day ?? utcDay(timestampMs);
    const earliestMs = Math.min(this.#earliestMs, timestampMs);
    const latestMs = Math.max(this.#latestMs, timestampMs);
    // A request must not span more than 24 hours; whether exactly 24 are taken is not documented.
    if (!isFirst && (day !== this.#day || latestMs - earliestMs >= DAY_MS)) return false;

    const message = this.#encode(document);
    const eventBytes = message.length + EVENT_OVERHEAD_BYTES;
    if (!isFirst && this.bytes + eventBytes > this.#limits.bytesMax) return false;

    this.#day = day;
    this.#earliestMs = earliestMs;
    this.#latestMs = latestMs;
    this.#rows.push({
      offset: document.offset,
      timestampMs,
      start: this.#length,
      end: this.#length + message.length,
      line: lineOf(document),
    });
    this.#length += message.length;
    this.#text += message;
    if (this.#text.length >= TEXT_LENGTH) this.#write();
    return true;
  }

  take(): CloudWatchPayload | undefined {
    if (this.count === 0) return undefined;
    this.#write();
    const payload = new CloudWatchPayload(this.#day, Buffer.concat(this.#chunks, this.#length), this.#rows);
    this.#rows = [];
    this.#chunks = [];
    this.#length = 0;
    this.#earliestMs = Number.POSITIVE_INFINITY;
    this.#latestMs = Number.NEGATIVE_INFINITY;
    return payload;
  }

  #write(): void {
    this.#chunks.push(Buffer.from(this.#text, "latin1"));
    this.#text = "";
  }
}

function lineOf(document: Document): number | Buffer {
  const { bytes, lineStart, lineEnd } = document;
  if (document.canSplice) return lineEnd - lineStart;
  if (document.isVerbatim) return Buffer.from(bytes.subarray(lineStart, lineEnd));
  return Buffer.from(JSON.stringify(document.record));
}
