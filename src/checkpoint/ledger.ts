/**
 * Turns settlements that arrive in any order into one checkpoint per generation.
 *
 * With several payloads in flight, bytes 200–300 may settle before 0–200. A checkpoint moves only over settled
 * bytes without a gap: what lies past a gap is read again after a crash.
 */
import assert from "node:assert/strict";
import type { Checkpoint } from "../tail/checkpoint.ts";

/** A run of lines whose fate is decided together. */
export interface Span {
  readonly startOffset: number;
  /** Where the file stands once the run is settled. */
  readonly end: Checkpoint;
}

interface Entry {
  checkpoint: Checkpoint;
  /** Spans in file order, from the checkpoint on without a gap. */
  readonly open: Span[];
  readonly settled: Set<Span>;
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  #heldBack = 0;

  constructor(checkpoints: readonly Checkpoint[]) {
    for (const checkpoint of checkpoints) this.#insert(checkpoint);
  }

  /** True if the generation is known. */
  has(generationId: string): boolean {
    return this.#entries.has(generationId);
  }

  /** Takes in a generation of which nothing is settled yet. */
  begin(checkpoint: Checkpoint): void {
    assert(!this.has(checkpoint.generation.id), "a generation begins once");
    this.#insert(checkpoint);
  }

  /** Notes that the lines of `span`, which follow on those noted before, are on their way. */
  open(span: Span): void {
    const entry = this.#entry(span);
    const previous = entry.open.at(-1)?.end ?? entry.checkpoint;
    assert.equal(span.startOffset, previous.offset, "spans follow one another without a gap");
    assert(span.end.offset > span.startOffset, "a span is not empty");
    entry.open.push(span);
  }

  /** Marks `span` as settled; each span is settled once. Returns true if a checkpoint moved. */
  settle(span: Span): boolean {
    const entry = this.#entry(span);
    assert(entry.open.includes(span) && !entry.settled.has(span), "an open span is settled once");
    entry.settled.add(span);
    this.#heldBack++;
    let isMoved = false;
    for (
      let first = entry.open[0];
      first !== undefined && entry.settled.delete(first);
      first = entry.open[0]
    ) {
      entry.open.shift();
      this.#heldBack--;
      entry.checkpoint = first.end;
      isMoved = true;
    }
    return isMoved;
  }

  /** How many settled spans wait for one before them, so that no checkpoint covers them yet. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** Every line of the generation before this offset is settled; 0 for one that is not known. */
  settledOffset(generationId: string): number {
    return this.#entries.get(generationId)?.checkpoint.offset ?? 0;
  }

  /** All checkpoints, in the order in which their generations became known. */
  checkpoints(): Checkpoint[] {
    return [...this.#entries.values()].map(({ checkpoint }) => checkpoint);
  }

  #insert(checkpoint: Checkpoint): void {
    this.#entries.set(checkpoint.generation.id, { checkpoint, open: [], settled: new Set() });
  }

  #entry(span: Span): Entry {
    const entry = this.#entries.get(span.end.generation.id);
    assert(entry !== undefined, "a span belongs to a generation that began");
    return entry;
  }
}
