/** Documents encoded as the body of a bulk request, and where each of them stands in it. */
import assert from "node:assert/strict";
import type { Payload } from "../../batch/batch.ts";
import { isReservedName } from "../../record/reserved.ts";
import type { BufferPool } from "./buffer-pool.ts";

/** Where documents stand in a body, one row for each: numbers only, so that a row costs no object. */
export interface DocumentTable {
  /** Where the document's line starts in its file. */
  readonly offsets: Float64Array;
  /** Where its action line starts in the body. The action line of document i + 1 starts where document i ends. */
  readonly actionStarts: Uint32Array;
  /** Where its JSON starts in the body. */
  readonly jsonStarts: Uint32Array;
  /** Bytes of its line if its JSON begins with them, the closing brace excepted; else 0. */
  readonly lineLengths: Uint32Array;
  /** Lines whose bytes are not in the body, by offset; few. */
  readonly otherLines: ReadonlyMap<number, Buffer>;
}

export class BulkPayload implements Payload {
  readonly count: number;
  readonly bytes: number;
  /** The index in the URL: that of all documents whose action line names none. */
  readonly index: string;
  readonly #table: DocumentTable;
  readonly #pool: BufferPool | undefined;
  #buffer: Buffer | undefined;

  constructor(index: string, buffer: Buffer, bytes: number, table: DocumentTable, pool?: BufferPool) {
    this.count = table.offsets.length;
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
    return at(this.#table.offsets, index);
  }

  line(index: number): Buffer {
    const length = at(this.#table.lineLengths, index);
    if (length > 0) {
      const start = at(this.#table.jsonStarts, index);
      return Buffer.concat([this.#slice(start, start + length - 1), Buffer.from("}")]);
    }
    return this.#table.otherLines.get(this.offset(index)) ?? originalLine(this.#document(index));
  }

  timestamp(index: number): string {
    return String(this.#document(index)["@timestamp"]);
  }

  select(indices: readonly number[]): BulkPayload {
    const lengths = indices.map((index) => this.#end(index) - at(this.#table.actionStarts, index));
    const bytes = lengths.reduce((sum, length) => sum + length, 0);
    const buffer = Buffer.allocUnsafeSlow(bytes);
    const table = emptyTable(indices.length, this.#table.otherLines);
    let position = 0;
    indices.forEach((index, row) => {
      const start = at(this.#table.actionStarts, index);
      this.#slice(start, this.#end(index)).copy(buffer, position);
      table.offsets[row] = this.offset(index);
      table.actionStarts[row] = position;
      table.jsonStarts[row] = position + at(this.#table.jsonStarts, index) - start;
      table.lineLengths[row] = at(this.#table.lineLengths, index);
      position += lengths[row] ?? 0;
    });
    return new BulkPayload(this.index, buffer, bytes, table);
  }

  release(): void {
    if (this.#buffer !== undefined) this.#pool?.give(this.#buffer);
    this.#buffer = undefined;
  }

  #document(index: number): Record<string, unknown> {
    return JSON.parse(this.#slice(at(this.#table.jsonStarts, index), this.#end(index)).toString());
  }

  #end(index: number): number {
    return index + 1 < this.count ? at(this.#table.actionStarts, index + 1) : this.bytes;
  }

  #slice(start: number, end: number): Buffer {
    assert(this.#buffer !== undefined, "a released payload is used");
    return this.#buffer.subarray(start, end);
  }
}

function at(column: Float64Array | Uint32Array, index: number): number {
  const value = column[index];
  assert(value !== undefined, "an index outside of the payload");
  return value;
}

function emptyTable(rows: number, otherLines: ReadonlyMap<number, Buffer>): DocumentTable {
  return {
    offsets: new Float64Array(rows),
    actionStarts: new Uint32Array(rows),
    jsonStarts: new Uint32Array(rows),
    lineLengths: new Uint32Array(rows),
    otherLines,
  };
}

/** The members that came from the line, those with reserved names last: for lines that redaction has rewritten. */
function originalLine(document: Record<string, unknown>): Buffer {
  const own = Object.entries(document).filter(([name]) => !isReservedName(name));
  const moved = Object.entries((document["original"] ?? {}) as Record<string, unknown>);
  return Buffer.from(JSON.stringify(Object.fromEntries([...own, ...moved])));
}
