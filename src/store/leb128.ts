/**
 * Whole numbers from 0 to 2^64 in as few bytes as they need: seven bits in a byte, the lowest first, the eighth bit set
 * where more follow (unsigned LEB128). Exact up to 2^53, like any number here.
 */

/** Reads one number after the other. */
export class NumberReader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): number {
    let byte = this.#bytes[this.at++] ?? 0;
    let number = byte & 127;
    // A multiplication, since shifts end at 32 bits.
    for (let factor = 128; byte > 127; factor *= 128) {
      byte = this.#bytes[this.at++] ?? 0;
      number += (byte & 127) * factor;
    }
    return number;
  }
}

/** Writes numbers, and bytes as they are. */
export class NumberWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  put(number: number): void {
    // No number up to 2^64 takes more.
    this.#makeRoom(10);
    let rest = number;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) + 128;
    this.#bytes[this.#length++] = rest;
  }

  putAll(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #makeRoom(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
