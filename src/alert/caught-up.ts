/**
 * Up to which moment a lane has delivered all that the service wrote.
 *
 * A lane under load is never at the end of the files, so its lag alone tells nothing: a mark notes how far the
 * files reach now, and is passed once all of that is delivered.
 */
import type { FileProgress, LaneSnapshot } from "../lane/snapshot.ts";

/** A daemon that has just started may not have looked into the folder yet. */
const SETTLE_MS = 10_000;
/** A file is seen at most so long after it was begun, written lines sooner (sweep of the folder: 5 s). */
const UNSEEN_MS = 10_000;

interface Mark {
  readonly atMs: number;
  /** Where the complete lines of each file ended then. */
  readonly ends: ReadonlyMap<string, number>;
}

function endOf({ sizeBytes, partialBytes }: FileProgress): number {
  return sizeBytes - partialBytes;
}

export class CaughtUp {
  #firstLookMs: number | undefined;
  #mark: Mark | undefined;
  #untilMs: number | undefined;

  /** All lines written before this moment are delivered; undefined if that never was the case since the start. */
  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  /** Looks at the lane as it is at `nowMs`. */
  look({ files }: Pick<LaneSnapshot, "files">, nowMs: number): void {
    this.#firstLookMs ??= nowMs;
    if (nowMs - this.#firstLookMs < SETTLE_MS) return;
    this.#passMark(files);
    if (this.#mark !== undefined) return;
    this.#mark = { atMs: nowMs, ends: new Map(files.map((file) => [file.name, endOf(file)])) };
    // A lane that is at the end of the files now need not wait for the next look.
    this.#passMark(files);
  }

  #passMark(files: readonly FileProgress[]): void {
    if (this.#mark === undefined || !files.every((file) => this.#isPassed(file))) return;
    this.#untilMs = this.#mark.atMs - UNSEEN_MS;
    this.#mark = undefined;
  }

  /** A file that has become shorter was begun anew: then its present end counts. */
  #isPassed(file: FileProgress): boolean {
    const end = this.#mark?.ends.get(file.name) ?? 0;
    return file.deliveredOffset >= Math.min(end, endOf(file));
  }
}
