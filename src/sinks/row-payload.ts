/** Documents as rows of tables, for the sinks that keep them in a database. */
import assert from "node:assert/strict";
import type { Payload, PayloadBuilder } from "../batch/batch.ts";
import type { Document } from "../document/document.ts";
import { rowOf, type StoreRow } from "../store/row.ts";
import type { DeliveryLimits } from "./sink.ts";

export class RowPayload implements Payload {
  readonly rows: readonly StoreRow[];
  readonly bytes: number;
  readonly #timestamps: readonly string[];

  constructor(rows: readonly StoreRow[], timestamps: readonly string[]) {
    this.rows = rows;
    this.bytes = rows.reduce((sum, row) => sum + row.line.length, 0);
    this.#timestamps = timestamps;
  }

  get count(): number {
    return this.rows.length;
  }

  offset(index: number): number {
    return this.#row(index).offset;
  }

  line(index: number): Buffer {
    return this.#row(index).line;
  }

  timestamp(index: number): string {
    return this.#timestamps[index] ?? "";
  }

  select(indices: readonly number[]): Payload {
    return new RowPayload(
      indices.map((index) => this.#row(index)),
      indices.map((index) => this.timestamp(index)),
    );
  }

  #row(index: number): StoreRow {
    const row = this.rows[index];
    assert(row !== undefined, "no such document in this payload");
    return row;
  }
}

/** The rows of a payload; none if it stands for a batch without documents. */
export function rowsOf(payload: Payload): readonly StoreRow[] {
  assert(payload.count === 0 || payload instanceof RowPayload, "a payload of another sink");
  return payload instanceof RowPayload ? payload.rows : [];
}

export class RowPayloadBuilder implements PayloadBuilder {
  readonly #limits: DeliveryLimits;
  #rows: StoreRow[] = [];
  #timestamps: string[] = [];
  #bytes = 0;

  constructor(limits: DeliveryLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#rows.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(document: Document): boolean {
    const lineBytes = document.lineEnd - document.lineStart;
    const isFull =
      this.#rows.length >= this.#limits.recordsMax || this.#bytes + lineBytes > this.#limits.bytesMax;
    if (isFull && this.#rows.length > 0) return false;
    const row = rowOf(document);
    this.#rows.push(row);
    this.#timestamps.push(document.timestamp);
    this.#bytes += row.line.length;
    return true;
  }

  take(): Payload | undefined {
    if (this.#rows.length === 0) return undefined;
    const payload = new RowPayload(this.#rows, this.#timestamps);
    this.#rows = [];
    this.#timestamps = [];
    this.#bytes = 0;
    return payload;
  }
}
