/** Bodies of one generation on their way into a store, and the redacted line of each. */
import assert from "node:assert/strict";
import type { Payload, PayloadBuilder } from "../../batch/batch.ts";
import type { Document } from "../../document/document.ts";
import type { DeliveryLimits } from "../sink.ts";

/** One body. */
export interface BodyRow {
  readonly offset: number;
  readonly timestamp: string;
  readonly name: string;
  readonly json: string;
  /** The line after redaction. */
  readonly line: Buffer;
}

export class BodyPayload implements Payload {
  readonly rows: readonly BodyRow[];
  readonly bytes: number;

  constructor(rows: readonly BodyRow[]) {
    this.rows = rows;
    this.bytes = rows.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
  }

  get count(): number {
    return this.rows.length;
  }

  offset(index: number): number {
    return this.row(index).offset;
  }

  line(index: number): Buffer {
    return this.row(index).line;
  }

  timestamp(index: number): string {
    return this.row(index).timestamp;
  }

  select(indices: readonly number[]): BodyPayload {
    return new BodyPayload(indices.map((index) => this.row(index)));
  }

  row(index: number): BodyRow {
    const row = this.rows[index];
    assert(row !== undefined, "no such body in this payload");
    return row;
  }
}

export class BodyPayloadBuilder implements PayloadBuilder {
  readonly #limits: Pick<DeliveryLimits, "recordsMax" | "bytesMax">;
  #rows: BodyRow[] = [];
  #bytes = 0;

  constructor(limits: Pick<DeliveryLimits, "recordsMax" | "bytesMax">) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#rows.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Only retrieval details have a body; all else is skipped by rule. */
  skips({ body }: Document): boolean {
    return body === undefined;
  }

  add(document: Document): boolean {
    const { body, offset, timestamp, record } = document;
    assert(body !== undefined, "a document without a body");
    const lineBytes = document.lineEnd - document.lineStart;
    const isFull = this.count >= this.#limits.recordsMax || this.#bytes + lineBytes > this.#limits.bytesMax;
    if (isFull && this.count > 0) return false;
    const line = Buffer.from(JSON.stringify(record));
    this.#rows.push({ offset, timestamp, name: body.name, json: body.json(), line });
    this.#bytes += lineBytes;
    return true;
  }

  take(): BodyPayload | undefined {
    if (this.count === 0) return undefined;
    const payload = new BodyPayload(this.#rows);
    this.#rows = [];
    this.#bytes = 0;
    return payload;
  }
}
