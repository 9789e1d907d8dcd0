/**
 * Pages: the sums of all keys in one span of time, packed into one value of the database.
 *
 * A row of a table costs about a microsecond to be read and added up, a row of a page about a thirtieth of that. So a
 * question reads the pages of its time, whatever the keys and days it is about, and adds them up.
 *
 *     page    = section...                 the parts of the span, in the order of time
 *     section = length row...              the length of its rows, in bytes
 *     row     = key columns amount...      in the order of the keys
 *
 * All of these are numbers, seven bits in a byte, the lowest first, the eighth bit set where more follow (unsigned
 * LEB128). A key is given as the distance from the row before; `columns` has a bit for each column that is not zero, and
 * their amounts follow.
 *
 * Amounts are exact up to 2^53. Money takes two columns, so it is up to nine billion US dollars.
 */
import type { BucketSums } from "./bucket.ts";

/** What is known of a key in a span. */
export interface KeyAmounts extends Readonly<BucketSums> {
  /** No request took longer; whole milliseconds. It is not added up: of several the largest counts. */
  readonly slowestMs: number;
}

/**
 * The columns of a row, those of requests first: seven bits fit into one byte. The lower bound of a cost is given by how
 * far it lies below the total, which mostly is zero.
 */
type Columns = readonly [
  requests: number,
  elapsedMs: number,
  slowestMs: number,
  errors: number,
  usageRecords: number,
  llmCalls: number,
  inputTokens: number,
  outputTokens: number,
  totalMicrousd: number,
  totalRest: number,
  embeddingCalls: number,
  unpricedRecords: number,
  suspectRecords: number,
  belowTotalMicrousd: number,
  belowTotalRest: number,
];

const WIDTH: Columns["length"] = 15;
const REQUESTS = 0;
const SLOWEST = 2;
const USAGE_RECORDS = 4;

const PICOUSD_PER_MICROUSD = 1_000_000n;

function microusd(picousd: bigint): number {
  return Number(picousd / PICOUSD_PER_MICROUSD);
}

function restOf(picousd: bigint): number {
  return Number(picousd % PICOUSD_PER_MICROUSD);
}

function picousd(microusd: number, rest: number): bigint {
  return BigInt(microusd) * PICOUSD_PER_MICROUSD + BigInt(rest);
}

function toColumns(amounts: KeyAmounts): Columns {
  const { totalPicousd, lowerBoundPicousd } = amounts;
  const belowTotal = totalPicousd - lowerBoundPicousd;
  return [
    amounts.requests,
    amounts.elapsedMs,
    amounts.slowestMs,
    amounts.errors,
    amounts.usageRecords,
    amounts.llmCalls,
    amounts.inputTokens,
    amounts.outputTokens,
    microusd(totalPicousd),
    restOf(totalPicousd),
    amounts.embeddingCalls,
    amounts.unpricedRecords,
    amounts.suspectRecords,
    microusd(belowTotal),
    restOf(belowTotal),
  ];
}

function toAmounts(columns: Columns): KeyAmounts {
  const [
    requests,
    elapsedMs,
    slowestMs,
    errors,
    usageRecords,
    llmCalls,
    inputTokens,
    outputTokens,
    totalMicrousd,
    totalRest,
    embeddingCalls,
    unpricedRecords,
    suspectRecords,
    belowTotalMicrousd,
    belowTotalRest,
  ] = columns;
  const totalPicousd = picousd(totalMicrousd, totalRest);
  return {
    requests,
    errors,
    usageRecords,
    llmCalls,
    embeddingCalls,
    inputTokens,
    outputTokens,
    totalPicousd,
    unpricedRecords,
    suspectRecords,
    lowerBoundPicousd: totalPicousd - picousd(belowTotalMicrousd, belowTotalRest),
    elapsedMs,
    slowestMs,
  };
}

/** Reads the numbers of a page. */
class NumberReader {
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

class NumberWriter {
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

/** Adds up what rows say, each in the sum that its key belongs to. Sums are numbered from 0. */
export class PageSums {
  readonly #sumOf: (keyId: number) => number;
  #columns = new Float64Array(16 * WIDTH);

  /** @param sumOf the sum that a key belongs to; -1 if to none */
  constructor(sumOf: (keyId: number) => number) {
    this.#sumOf = sumOf;
  }

  /** Makes all sums zero again. */
  clear(): void {
    this.#columns.fill(0);
  }

  /** Adds the sections from the first to the last, exclusive. */
  addPage(page: Uint8Array, firstSection: number, endSection: number): void {
    const reader = new NumberReader(page);
    for (let section = 0; section < endSection; section++) {
      const end = reader.next() + reader.at;
      if (section >= firstSection) this.#addRows(reader, end);
      reader.at = end;
    }
  }

  add(keyId: number, amounts: KeyAmounts): void {
    const start = this.#startOf(keyId);
    if (start < 0) return;
    for (const [column, amount] of toColumns(amounts).entries()) this.#addTo(start + column, column, amount);
  }

  /** Whether anything was added to a sum. */
  has(sum: number): boolean {
    const start = sum * WIDTH;
    return (this.#columns[start + REQUESTS] ?? 0) > 0 || (this.#columns[start + USAGE_RECORDS] ?? 0) > 0;
  }

  amounts(sum: number): KeyAmounts {
    return toAmounts([...this.columns(sum)] as unknown as Columns);
  }

  columns(sum: number): Float64Array {
    return this.#columns.subarray(sum * WIDTH, (sum + 1) * WIDTH);
  }

  #addRows(reader: NumberReader, end: number): void {
    for (let keyId = 0; reader.at < end; ) {
      keyId += reader.next();
      const start = this.#startOf(keyId);
      for (let columns = reader.next(); columns !== 0; columns &= columns - 1) {
        const column = 31 - Math.clz32(columns & -columns);
        const amount = reader.next();
        if (start >= 0) this.#addTo(start + column, column, amount);
      }
    }
  }

  #addTo(index: number, column: number, amount: number): void {
    const present = this.#columns[index] ?? 0;
    this.#columns[index] = column === SLOWEST ? Math.max(present, amount) : present + amount;
  }

  #startOf(keyId: number): number {
    const start = this.#sumOf(keyId) * WIDTH;
    if (start + WIDTH > this.#columns.length) {
      const larger = new Float64Array(2 * (start + WIDTH));
      larger.set(this.#columns);
      this.#columns = larger;
    }
    return start;
  }
}

/** The rows of a section, while they grow. */
class Section {
  readonly #sumOfKey = new Map<number, number>();
  readonly sums = new PageSums((keyId) => {
    let sum = this.#sumOfKey.get(keyId);
    if (sum === undefined) {
      sum = this.#sumOfKey.size;
      this.#sumOfKey.set(keyId, sum);
    }
    return sum;
  });

  get isEmpty(): boolean {
    return this.#sumOfKey.size === 0;
  }

  rows(): Uint8Array {
    const writer = new NumberWriter();
    let before = 0;
    for (const [keyId, sum] of [...this.#sumOfKey].sort(([one], [other]) => one - other)) {
      writer.put(keyId - before);
      before = keyId;
      const columns = this.sums.columns(sum);
      let present = 0;
      for (const [column, amount] of columns.entries()) if (amount !== 0) present |= 1 << column;
      writer.put(present);
      for (const amount of columns) if (amount !== 0) writer.put(amount);
    }
    return writer.bytes();
  }
}

/** Makes a page. */
export class PageBuilder {
  readonly #sections: readonly Section[];

  constructor(sections: number) {
    this.#sections = Array.from({ length: sections }, () => new Section());
  }

  add(section: number, keyId: number, amounts: KeyAmounts): void {
    this.#sections[section]?.sums.add(keyId, amounts);
  }

  /** Adds a page of the same sections. */
  addPage(page: Uint8Array): void {
    for (const [index, { sums }] of this.#sections.entries()) sums.addPage(page, index, index + 1);
  }

  /** Adds the first sections of a page, all of them to the one section that this page has. */
  addTogether(page: Uint8Array, sections: number): void {
    this.#sections[0]?.sums.addPage(page, 0, sections);
  }

  /** The page; undefined if nothing was added. */
  build(): Uint8Array | undefined {
    if (this.#sections.every(({ isEmpty }) => isEmpty)) return undefined;
    const writer = new NumberWriter();
    for (const section of this.#sections) {
      const rows = section.rows();
      writer.put(rows.length);
      writer.putAll(rows);
    }
    return writer.bytes();
  }
}
