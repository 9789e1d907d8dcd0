/** Documents encoded as the body of a bulk request, and where each of them stands in it. */
import assert from "node:assert/strict";
import type { Payload } from "../../batch/batch.ts";
import type { BufferPool } from "./buffer-pool.ts";
import { DocumentTable } from "./document-table.ts";

export class BulkPayload implements Payload {
  readonly count: number;
  readonly bytes: number;
  /** The index in the URL: that of all documents whose action line names none. */
  readonly index: string;
  readonly #table: DocumentTable;
  readonly #pool: BufferPool | undefined;
  #buffer: Buffer | undefined;

  /** @param table has a row for each of `count` documents, and maybe unused ones */
  constructor(
    index: string,
    buffer: Buffer,
    bytes: number,
    table: DocumentTable,
    count: number,
    pool?: BufferPool,
  ) {
    this.count = count;
    this.bytes = bytes;
    this.index = index;
    this.#table = table;
    this.#pool = pool;
    this.#buffer = buffer;
  }

  /** The request body: newline-delimited JSON, in the order of the documents. */
  body(): Buffer {
    return this.#slice(0, this.bytes);
  }

  offset(index: number): number {
    return this.#at(this.#table.offsets, index);
  }

  line(index: number): Buffer {
    const length = this.#at(this.#table.lineLengths, index);
    if (length > 0) {
      const start = this.#at(this.#table.jsonStarts, index);
      return Buffer.concat([this.#slice(start, start + length - 1), Buffer.from("}")]);
    }
    return this.#table.otherLines.get(this.offset(index)) ?? originalLine(this.#document(index));
  }

  timestamp(index: number): string {
    return String(this.#document(index)["@timestamp"]);
  }

  select(indices: readonly number[]): BulkPayload {
    const lengths = indices.map((index) => this.#end(index) - this.#at(this.#table.actionStarts, index));
    const bytes = lengths.reduce((sum, length) => sum + length, 0);
    const buffer = Buffer.allocUnsafeSlow(bytes);
    const table = new DocumentTable(indices.length);
    let position = 0;
    indices.forEach((index, row) => {
      const start = this.#at(this.#table.actionStarts, index);
      this.#slice(start, this.#end(index)).copy(buffer, position);
      table.offsets[row] = this.offset(index);
      table.actionStarts[row] = position;
      table.jsonStarts[row] = position + this.#at(this.#table.jsonStarts, index) - start;
      table.lineLengths[row] = this.#at(this.#table.lineLengths, index);
      position += lengths[row] ?? 0;
      const otherLine = this.#table.otherLines.get(this.offset(index));
      if (otherLine !== undefined) table.otherLines.set(this.offset(index), otherLine);
    });
    return new BulkPayload(this.index, buffer, bytes, table, indices.length);
  }

  release(): void {
    if (this.#buffer === undefined) return;
    this.#pool?.give(this.#buffer);
    this.#pool?.giveTable(this.#table);
    this.#buffer = undefined;
  }

  #document(index: number): Record<string, unknown> {
    return JSON.parse(this.#slice(this.#at(this.#table.jsonStarts, index), this.#end(index)).toString());
  }

  #at(column: Float64Array | Uint32Array, index: number): number {
    const value = index < this.count ? column[index] : undefined;
    assert(value !== undefined, "an index outside of the payload");
    assert(this.#buffer !== undefined, "a released payload is used");
    return value;
  }

  #end(index: number): number {
    return index + 1 < this.count ? this.#at(this.#table.actionStarts, index + 1) : this.bytes;
  }

  #slice(start: number, end: number): Buffer {
    assert(this.#buffer !== undefined, "a released payload is used");
    return this.#buffer.subarray(start, end);
  }
}

/** The members that came from the line, those with reserved names last: for lines that redaction has rewritten. */
function originalLine(document: Record<string, unknown>): Buffer {
  const members = Object.entries(document);
  // Ours follow those of the line, and this is the first of them.
  const own = members.slice(
    0,
    members.findIndex(([name]) => name === "@timestamp"),
  );
  const moved = Object.entries((document["original"] ?? {}) as Record<string, unknown>);
  return Buffer.from(JSON.stringify(Object.fromEntries([...own, ...moved])));
}
