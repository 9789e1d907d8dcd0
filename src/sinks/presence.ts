/**
 * What `verify` asks a destination: which lines it holds.
 *
 * It only looks. What a kind of sink cannot tell by ids it tells by its committed position.
 */
import type { Document } from "../document/document.ts";
import type { Checkpoint } from "../tail/checkpoint.ts";
import type { Generation } from "../tail/generation.ts";
import type { Blocked, Unavailable } from "./sink.ts";

/** A line that must be there. */
export interface SoughtLine {
  readonly offset: number;
  /** `@timestamp` of its document, in Unix milliseconds. */
  readonly timestampMs: number;
}

export interface Presence {
  /** So many lines are asked about at once, at most. */
  readonly linesMax: number;

  /** Set where the destination gets some documents only: true for one that it does not get, by rule. */
  skips?(document: Document): boolean;

  /** Set where the destination keeps how far it is: together with the copy in the state folder. */
  checkpoints?(signal: AbortSignal): Promise<readonly Checkpoint[]>;

  /**
   * How often each of these lines of one generation is there, in their order: 0 is missing, above 1 doubled. What was
   * acknowledged before the call is seen. Rejects with a {@link PresenceFault}.
   */
  copies(
    generation: Generation,
    lines: readonly SoughtLine[],
    signal: AbortSignal,
  ): Promise<readonly number[]>;

  /** After how many milliseconds a line is removed there by rule; undefined: never, as far as is known. */
  retentionMs(signal: AbortSignal): Promise<number | undefined>;

  close(): Promise<void>;
}

/** The destination could not be asked. The message says what is in the way and, where it can be known, what to do. */
export class PresenceFault extends Error {
  /** True if it may pass by itself. */
  readonly isPassing: boolean;
  /** The destination's own wish, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(report: Unavailable | Blocked) {
    super(report.message);
    this.isPassing = report.outcome === "unavailable";
    this.retryAfterMs = (report.outcome === "unavailable" && report.retryAfterMs) || 0;
  }
}
