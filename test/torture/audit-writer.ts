/**
 * The memory service at its worst: several workers that append to two daily files at once, lines that reach the
 * file in pieces, and among them lines that are broken, blank, long, or end like on Windows.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { happens, integerBetween, pick } from "../../src/cli/demo/chance.ts";
import { type TrafficLine, traffic } from "../../src/cli/demo/traffic.ts";
import type { Random } from "../../src/system/random.ts";

/** A member that makes the servers of these tests refuse the document. */
export const REFUSED_MEMBER = '"refuse_me"';
/** A member that makes them refuse the whole request. */
export const POISON_MEMBER = '"refuse_all"';

const START_MS = Date.UTC(2026, 3, 3, 15);
const DAY_MS = 86_400_000;
const BLOCK_LINES_MAX = 60;

function fileOf(ms: number): string {
  return `audit-${new Date(ms).toISOString().slice(0, 10)}.jsonl`;
}

type Spoil = (text: string, random: Random) => string | Buffer;

const WHOLE: { readonly weight: number; readonly spoil: Spoil } = { weight: 1000, spoil: (text) => text };

/** What may happen to a line on its way to the file; each gets a newline afterwards. */
const SPOILS: readonly { readonly weight: number; readonly spoil: Spoil }[] = [
  WHOLE,
  { weight: 15, spoil: (text) => `${text}\r` },
  { weight: 6, spoil: (text) => `${text.slice(0, -1)}, ${REFUSED_MEMBER}: true}` },
  { weight: 2, spoil: (text) => `${text.slice(0, -1)}, ${POISON_MEMBER}: true}` },
  { weight: 3, spoil: () => "" },
  { weight: 1, spoil: () => "\r" },
  // Two writers' lines into one another: not JSON.
  { weight: 4, spoil: (text, random) => text.slice(0, integerBetween(random, 1, text.length - 1)) + text },
  { weight: 1, spoil: () => "[1, 2]" },
  { weight: 1, spoil: (text) => text.replace("/memory", "/\0memory") },
  { weight: 2, spoil: (text) => `${text.slice(0, -1)}, "note": "${"长".repeat(9000)}"}` },
  // A byte that is not UTF-8, within a string.
  {
    weight: 1,
    spoil: (text) => Buffer.concat([Buffer.from(`${text.slice(0, -2)}`), Buffer.from([0xff, 0x22, 0x7d])]),
  },
];

export class AuditWriter {
  readonly #directory: string;
  readonly #random: Random;
  readonly #lines: Generator<TrafficLine, never>;
  readonly #linesMax: number;
  readonly #files: readonly [string, string];
  readonly #started = new Set<string>();
  #written = 0;

  /** Writes at most `linesMax` lines into `directory`, of the time from `startMs` on. */
  constructor(directory: string, random: Random, linesMax: number, startMs = START_MS) {
    this.#directory = directory;
    this.#random = random;
    this.#linesMax = linesMax;
    this.#files = [fileOf(startMs), fileOf(startMs + DAY_MS)];
    this.#lines = traffic({
      random,
      startMs,
      requestsPerMinute: 60,
      detailShare: 0.05,
    });
  }

  get written(): number {
    return this.#written;
  }

  /** Appends `count` lines, or what is left, in blocks, over roughly `durationMs`. */
  async write(count: number, durationMs: number): Promise<void> {
    const end = Math.min(this.#written + count, this.#linesMax);
    const pauseMs = (durationMs * BLOCK_LINES_MAX) / 2 / count;
    while (this.#written < end) {
      const block = Math.min(integerBetween(this.#random, 1, BLOCK_LINES_MAX), end - this.#written);
      const path = this.#file();
      await this.#append(path, this.#block(path, block));
      await delay(pauseMs);
    }
  }

  /** The first file for the first third, both for the second, then the second alone. */
  #file(): string {
    const progress = this.#written / this.#linesMax;
    const isSecond = progress > 2 / 3 || (progress > 1 / 3 && happens(this.#random, 0.5));
    return join(this.#directory, this.#files[isSecond ? 1 : 0]);
  }

  #block(path: string, lines: number): Buffer {
    const parts: (string | Buffer)[] = [];
    for (let index = 0; index < lines; index++) {
      const { text } = this.#lines.next().value;
      // The first line of a file is its identity: it stays whole.
      const { spoil } = this.#started.has(path) ? pick(this.#random, SPOILS) : WHOLE;
      this.#started.add(path);
      parts.push(spoil(text, this.#random), "\n");
      this.#written += 1;
    }
    return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  }

  /** Several write() calls, cut anywhere, so that a reader sees torn lines. */
  async #append(path: string, block: Buffer): Promise<void> {
    const cuts = Array.from({ length: integerBetween(this.#random, 0, 3) }, () =>
      integerBetween(this.#random, 0, block.length),
    ).sort((a, b) => a - b);
    let start = 0;
    for (const cut of [...cuts, block.length]) {
      appendFileSync(path, block.subarray(start, cut));
      start = cut;
      await delay(integerBetween(this.#random, 0, 2));
    }
  }
}
