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
import { NumberReader, NumberWriter } from "./leb128.ts";

/** What answers are made of: the sums of the buckets but for durations, which no answer adds up. */
export type AnsweredSums = Omit<BucketSums, "elapsedMs">;

/** What is known of a key in a span. */
export interface KeyAmounts extends Readonly<BucketSums> {
  /** No request took longer; whole milliseconds. It is not added up: of several the largest counts. */
  readonly slowestMs: number;
}

/**
 * The columns of a row, those of requests first: seven bits fit into one byte. The lower bound of a cost is given by how
 * far it lies below the total, which mostly is zero.
 */
const COLUMN = {
  requests: 0,
  elapsedMs: 1,
  slowestMs: 2,
  errors: 3,
  usageRecords: 4,
  llmCalls: 5,
  inputTokens: 6,
  outputTokens: 7,
  totalMicrousd: 8,
  totalRest: 9,
  embeddingCalls: 10,
  unpricedRecords: 11,
  suspectRecords: 12,
  belowTotalMicrousd: 13,
  belowTotalRest: 14,
} as const;
const WIDTH = 15;

const PICOUSD_PER_MICROUSD = 1_000_000n;

function microusd(picousd: bigint): number {
  return Number(picousd / PICOUSD_PER_MICROUSD);
}

function restOf(picousd: bigint): number {
  return Number(picousd % PICOUSD_PER_MICROUSD);
}

function picousd(microusd: number, rest: number): bigint {
  if (microusd === 0 && rest === 0) return 0n;
  return BigInt(microusd) * PICOUSD_PER_MICROUSD + BigInt(rest);
}

/** The amounts in the order of their columns. */
function columnsOf(amounts: KeyAmounts): number[] {
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
    for (const [column, amount] of columnsOf(amounts).entries()) this.#addTo(start + column, column, amount);
  }

  /** Whether anything was added to a sum. */
  has(sum: number): boolean {
    return this.#at(sum, COLUMN.requests) > 0 || this.#at(sum, COLUMN.usageRecords) > 0;
  }

  amounts(sum: number): KeyAmounts {
    const elapsedMs = this.#at(sum, COLUMN.elapsedMs);
    return { ...this.answer(sum), elapsedMs, slowestMs: this.#at(sum, COLUMN.slowestMs) };
  }

  /** What of a sum answers are made of. */
  answer(sum: number): AnsweredSums {
    const totalPicousd = picousd(this.#at(sum, COLUMN.totalMicrousd), this.#at(sum, COLUMN.totalRest));
    const belowTotal = picousd(
      this.#at(sum, COLUMN.belowTotalMicrousd),
      this.#at(sum, COLUMN.belowTotalRest),
    );
    return {
      requests: this.#at(sum, COLUMN.requests),
      errors: this.#at(sum, COLUMN.errors),
      usageRecords: this.#at(sum, COLUMN.usageRecords),
      llmCalls: this.#at(sum, COLUMN.llmCalls),
      embeddingCalls: this.#at(sum, COLUMN.embeddingCalls),
      inputTokens: this.#at(sum, COLUMN.inputTokens),
      outputTokens: this.#at(sum, COLUMN.outputTokens),
      totalPicousd,
      unpricedRecords: this.#at(sum, COLUMN.unpricedRecords),
      suspectRecords: this.#at(sum, COLUMN.suspectRecords),
      lowerBoundPicousd: totalPicousd - belowTotal,
    };
  }

  /** All columns of a sum; valid until something is added. */
  columns(sum: number): Float64Array {
    return this.#columns.subarray(sum * WIDTH, (sum + 1) * WIDTH);
  }

  #at(sum: number, column: number): number {
    return this.#columns[sum * WIDTH + column] ?? 0;
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
    this.#columns[index] = column === COLUMN.slowestMs ? Math.max(present, amount) : present + amount;
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
