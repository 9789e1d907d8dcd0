/** Blocks of lines → batches: each of one generation, as full as the sink's limits allow. */
import type { Batch, PayloadBuilder } from "../batch/batch.ts";
import type { BrokenLine } from "../document/broken-line.ts";
import { DocumentReader, type DocumentRules, timestampFallback } from "../document/read.ts";
import { type Block, LINE_BYTES_MAX, type OverlongLine } from "../tail/block.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import type { Generation } from "../tail/generation.ts";
import { hashTailAt } from "../tail/line-buffer.ts";

/** Broken lines are kept whole in memory until they are written: a batch ends when they are this many bytes. */
const BROKEN_BYTES_MAX = 4 * 1024 * 1024;

/** A sink that skips nearly all lines gets a batch after so many, so that the checkpoint moves. */
const SKIPPED_MAX = 20_000;

/** Where the batch that is being filled began, and what it holds beside its documents. */
interface Draft {
  readonly generation: Generation;
  readonly startOffset: number;
  readonly broken: BrokenLine[];
  brokenBytes: number;
  lines: number;
  skipped: number;
  end: Checkpoint;
}

export class Assembler {
  readonly #builder: PayloadBuilder;
  readonly #rules: () => DocumentRules;
  readonly #lastTimestamps = new Map<string, string | undefined>();
  #block: Block | undefined;
  #reader: DocumentReader | undefined;
  #draft: Draft | undefined;
  #isFull = false;

  /**
   * @param rules asked for each block, so that they can be replaced while the daemon runs
   * @param checkpoints where the generations begin
   */
  constructor(builder: PayloadBuilder, rules: () => DocumentRules, checkpoints: readonly Checkpoint[]) {
    this.#builder = builder;
    this.#rules = rules;
    for (const { generation, lastTimestamp } of checkpoints)
      this.#lastTimestamps.set(generation.id, lastTimestamp);
  }

  /** True if nothing can be added before the batch is taken. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** True if no line was added since the last batch was taken. */
  get isEmpty(): boolean {
    return this.#draft === undefined;
  }

  /** True if the block given last has lines that are in no batch yet; another must not be given before. */
  get hasLines(): boolean {
    return this.#block !== undefined;
  }

  /** True if lines of this generation may join the batch that is being filled. */
  accepts(generation: Generation): boolean {
    return this.#draft === undefined || this.#draft.generation === generation;
  }

  /** Gives the next block; its bytes must stay as they are while `hasLines`. */
  addBlock(block: Block): void {
    this.#block = block;
    this.#reader = new DocumentReader(block, this.#lastTimestamps.get(block.generation.id), this.#rules());
  }

  /** Moves lines of the block into the batch until the block is used up or the batch is full. */
  fill(): void {
    const reader = this.#reader;
    const block = this.#block;
    if (reader === undefined || block === undefined || !this.accepts(block.generation)) return;
    const draft = this.#draft ?? this.#begin(block.generation, reader.offset);
    while (reader.hasLine && !this.#isFull) this.#addLine(reader, draft);
    draft.end = this.#checkpoint(block, reader, draft.end);
    this.#lastTimestamps.set(block.generation.id, draft.end.lastTimestamp);
    if (draft.lines === 0) this.#draft = undefined;
    if (!reader.hasLine) {
      this.#block = undefined;
      this.#reader = undefined;
    }
  }

  /** Adds a line of which only the head was kept. */
  addOverlong(line: OverlongLine): void {
    const { generation } = line;
    const draft = this.#draft ?? this.#begin(generation, line.offset);
    const lastTimestamp = this.#lastTimestamps.get(generation.id);
    this.#addBroken(draft, {
      ...line,
      type: "line_too_long",
      reason: `longer than ${LINE_BYTES_MAX} bytes`,
      timestamp: lastTimestamp ?? timestampFallback(generation),
    });
    draft.end = { ...draft.end, offset: line.endOffset, tailSha256: line.tailSha256, lastTimestamp };
  }

  /** The batch collected so far; undefined if it is empty. */
  take(): Batch | undefined {
    const draft = this.#draft;
    this.#draft = undefined;
    this.#isFull = false;
    if (draft === undefined) return undefined;
    const { generation, startOffset, end, lines, skipped, broken } = draft;
    return { generation, startOffset, end, lines, skipped, broken, payload: this.#builder.take() };
  }

  #begin(generation: Generation, startOffset: number): Draft {
    const end = {
      generation,
      offset: startOffset,
      tailSha256: "",
      lastTimestamp: undefined,
      seenAs: generation.name,
      inode: "",
    };
    this.#draft = { generation, startOffset, broken: [], brokenBytes: 0, lines: 0, skipped: 0, end };
    return this.#draft;
  }

  #addLine(reader: DocumentReader, draft: Draft): void {
    const result = reader.read();
    if (result === "blank" || (result === "document" && this.#builder.skips?.(reader.document))) {
      draft.lines++;
      draft.skipped++;
      if (draft.skipped >= SKIPPED_MAX) this.#isFull = true;
    } else if (result === "document") {
      if (!this.#builder.add(reader.document)) {
        this.#isFull = true;
        return;
      }
      draft.lines++;
    } else {
      this.#addBroken(draft, result);
    }
    reader.advance(result === "document");
  }

  #addBroken(draft: Draft, line: BrokenLine): void {
    draft.broken.push(line);
    draft.lines++;
    draft.brokenBytes += line.head.length;
    if (draft.brokenBytes >= BROKEN_BYTES_MAX) this.#isFull = true;
  }

  /** Where the file stands after the lines that were taken. */
  #checkpoint(block: Block, reader: DocumentReader, before: Checkpoint): Checkpoint {
    const index = block.start + reader.offsetInBlock;
    return {
      ...before,
      offset: reader.offset,
      tailSha256: hashTailAt(block.bytes, index, reader.offset),
      lastTimestamp: reader.lastTimestamp,
    };
  }
}
