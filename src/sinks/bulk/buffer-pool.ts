/** Buffers that carry one request body after the other, so that a long drain allocates nothing. */

export class BufferPool {
  readonly #sizeBytes: number;
  readonly #freeMax: number;
  readonly #free: Buffer[] = [];

  /** Keeps up to `freeMax` buffers of `sizeBytes` for later. */
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
}
