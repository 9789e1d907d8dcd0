/** What a lane settles at once: a run of lines of one file, and the documents made of them for one sink. */
import type { BrokenLine } from "../document/broken-line.ts";
import type { Document } from "../document/document.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import type { Generation } from "../tail/generation.ts";

/** Documents encoded for one kind of sink. */
export interface Payload {
  readonly count: number;
  /** Size as sent. */
  readonly bytes: number;
  /** Where the line of document `index` starts in its file. */
  offset(index: number): number;
  /** The line of document `index` after redaction, without newline; for the dead letters. */
  line(index: number): Buffer;
  /** The `@timestamp` of document `index`, ISO 8601. */
  timestamp(index: number): string;
  /** A payload of these documents only, in this order. `indices` ascend and are not empty. */
  select(indices: readonly number[]): Payload;
  /**
   * Says that nobody will look at this payload again, so that its memory can carry the next one. Payloads made
   * from it by `select` stay as they are. Calling it again does nothing; not calling it only costs memory.
   */
  release?(): void;
}

/** Collects documents of one generation. */
export interface PayloadBuilder {
  readonly count: number;
  readonly bytes: number;
  /** True for a document that this kind of sink does not want; without it all are wanted. It must not be added. */
  skips?(document: Document): boolean;
  /** Adds a document; returns false, having changed nothing, if it no longer fits. An empty builder takes any. */
  add(document: Document): boolean;
  /** The payload collected so far, or undefined if there is none; the builder is empty after it. */
  take(): Payload | undefined;
}

/** Everything between two offsets of one generation. */
export interface Batch {
  readonly generation: Generation;
  readonly startOffset: number;
  /** Where the file stands once all of this batch is settled. */
  readonly end: Checkpoint;
  /** Lines of every fate: documents, broken ones, blank ones. */
  readonly lines: number;
  /** Lines skipped by rule: blank ones, and those that the sink does not want. */
  readonly skipped: number;
  readonly broken: readonly BrokenLine[];
  /** Undefined if there is no document among the lines. */
  readonly payload: Payload | undefined;
}
