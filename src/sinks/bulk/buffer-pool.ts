/**
 * Memory that carries one request body after the other, so that a long drain allocates nothing: what lives as
 * long as a request is old to the garbage collector, and would pile up.
 */
import { DocumentTable } from "./document-table.ts";

export class BufferPool {
  readonly #sizeBytes: number;
  readonly #freeMax: number;
  readonly #free: Buffer[] = [];
  readonly #freeTables: DocumentTable[] = [];

  /** Keeps up to `freeMax` buffers of `sizeBytes`, and as many tables, for later. */
  constructor(sizeBytes: number, freeMax: number) {
    this.#sizeBytes = sizeBytes;
    this.#freeMax = freeMax;
  }

  /** A buffer of at least `bytes` with any content. */
  take(bytes: number): Buffer {
    if (bytes > this.#sizeBytes) return Buffer.allocUnsafeSlow(bytes);
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#sizeBytes);
  }

  /** Takes back a buffer that nobody reads or writes any more. */
  give(buffer: Buffer): void {
    if (buffer.length === this.#sizeBytes && this.#free.length < this.#freeMax) this.#free.push(buffer);
  }

  /** A table with any numbers in its rows and no other lines. */
  takeTable(): DocumentTable {
    return this.#freeTables.pop() ?? new DocumentTable();
  }

  /** Takes back a table that nobody reads or writes any more. */
  giveTable(table: DocumentTable): void {
    table.otherLines.clear();
    if (this.#freeTables.length < this.#freeMax) this.#freeTables.push(table);
  }
}
