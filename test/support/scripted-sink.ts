/** A sink whose destination answers as a test says, and dead letters that are kept in memory. */
import type { Batch, Payload, PayloadBuilder } from "../../src/batch/batch.ts";
import type { Document } from "../../src/document/document.ts";
import type { DeadLetter, DeadLetters } from "../../src/lane/dead-letters.ts";
import type {
  DeliveryLimits,
  DeliveryReport,
  DocumentError,
  OpenReport,
  Sink,
  Verdict,
} from "../../src/sinks/sink.ts";

interface PayloadLine {
  readonly offset: number;
  readonly text: string;
  readonly timestamp: string;
}

export class LinesPayload implements Payload {
  readonly lines: readonly PayloadLine[];
  releases = 0;

  constructor(lines: readonly PayloadLine[]) {
    this.lines = lines;
  }

  get count(): number {
    return this.lines.length;
  }

  get bytes(): number {
    return this.lines.reduce((sum, { text }) => sum + text.length, 0);
  }

  get texts(): string[] {
    return this.lines.map(({ text }) => text);
  }

  offset(index: number): number {
    return this.#line(index).offset;
  }

  line(index: number): Buffer {
    return Buffer.from(this.#line(index).text);
  }

  timestamp(index: number): string {
    return this.#line(index).timestamp;
  }

  select(indices: readonly number[]): LinesPayload {
    return new LinesPayload(indices.map((index) => this.#line(index)));
  }

  release(): void {
    this.releases++;
  }

  #line(index: number): PayloadLine {
    const line = this.lines[index];
    if (line === undefined) throw new Error(`no line ${index} in this payload`);
    return line;
  }
}

class LinesBuilder implements PayloadBuilder {
  readonly #limits: DeliveryLimits;
  #lines: PayloadLine[] = [];
  bytes = 0;

  constructor(limits: DeliveryLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#lines.length;
  }

  add({ bytes, lineStart, lineEnd, offset, timestamp }: Document): boolean {
    const length = lineEnd - lineStart;
    const isFull = this.count >= this.#limits.recordsMax || this.bytes + length > this.#limits.bytesMax;
    if (isFull && this.count > 0) return false;
    this.#lines.push({ offset, timestamp, text: bytes.toString("utf8", lineStart, lineEnd) });
    this.bytes += length;
    return true;
  }

  take(): LinesPayload | undefined {
    const lines = this.#lines;
    this.#lines = [];
    this.bytes = 0;
    return lines.length === 0 ? undefined : new LinesPayload(lines);
  }
}

/** What the destination answers to these lines; `request` counts from 1. */
export type Answer = (
  lines: readonly string[],
  request: number,
  signal: AbortSignal,
) => DeliveryReport | Promise<DeliveryReport>;

export const STORED: DeliveryReport = { outcome: "stored" };
export const UNAVAILABLE: DeliveryReport = { outcome: "unavailable", reason: "http_503", message: "503" };
export const BLOCKED: DeliveryReport = {
  outcome: "blocked",
  reason: "http_403",
  message: "403: not allowed",
};
export const TOO_LARGE: DeliveryReport = { outcome: "too_large", message: "413" };
export const DOCUMENT_ERROR: DocumentError = {
  type: "mapper_parsing_exception",
  reason: "failed to parse field [status]",
  isDocumentFault: true,
};
export const OTHER_ERROR: DocumentError = {
  type: "illegal_argument_exception",
  reason: "pipeline is missing",
  isDocumentFault: false,
};

/** One verdict for each line. */
export function judged(lines: readonly string[], verdictOf: (line: string) => Verdict): DeliveryReport {
  return { outcome: "judged", verdicts: lines.map(verdictOf) };
}

/** The whole request is refused. */
export function refused(error: DocumentError): DeliveryReport {
  return { outcome: "refused", error, message: `400 ${error.type}` };
}

export class ScriptedSink implements Sink {
  readonly limits: DeliveryLimits;
  /** The lines of each request, in order. */
  readonly requests: string[][] = [];
  readonly payloads: Payload[] = [];
  /** Requests under way, and the most there were. */
  underWay = 0;
  underWayMax = 0;
  opened = 0;
  closed = 0;
  answer: Answer;
  openAnswer: () => OpenReport = () => ({ outcome: "ready" });

  constructor(answer: Answer = () => STORED, limits: Partial<DeliveryLimits> = {}) {
    this.answer = answer;
    this.limits = { recordsMax: 5000, bytesMax: 5_000_000, waitMsMax: 200, inFlightMax: 2, ...limits };
  }

  /** Every line that was sent, in order. */
  get sent(): string[] {
    return this.requests.flat();
  }

  payloadBuilder(): PayloadBuilder {
    return new LinesBuilder(this.limits);
  }

  async open(): Promise<OpenReport> {
    this.opened++;
    return this.openAnswer();
  }

  async deliver(payload: Payload, _batch: Batch, signal: AbortSignal): Promise<DeliveryReport> {
    const lines = Array.from({ length: payload.count }, (_, index) => payload.line(index).toString());
    this.requests.push(lines);
    this.payloads.push(payload);
    this.underWay++;
    this.underWayMax = Math.max(this.underWayMax, this.underWay);
    try {
      return await this.answer(lines, this.requests.length, signal);
    } finally {
      this.underWay--;
    }
  }

  async probe() {
    return [];
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

export class MemoryDeadLetters implements DeadLetters {
  readonly kept: DeadLetter[] = [];
  /** While set, nothing can be written. */
  failure: Error | undefined;
  attempts = 0;

  async add(letters: readonly DeadLetter[]): Promise<void> {
    this.attempts++;
    if (this.failure !== undefined) throw this.failure;
    for (const letter of letters) {
      const isKnown = this.kept.some(({ sink, id }) => sink === letter.sink && id === letter.id);
      if (!isKnown) this.kept.push(letter);
    }
  }

  count(sink: string): number {
    return this.kept.filter((letter) => letter.sink === sink).length;
  }
}
