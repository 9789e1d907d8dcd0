/** What a lane shows of itself: plain data for `status`, metrics, readiness and the page. Taking it changes nothing. */

/**
 * What a lane does at the moment.
 * - `delivering`: lines are on their way.
 * - `idle`: every complete line has its fate.
 * - `retrying`: the destination did not take the last payload; the lane sends it again, for ever.
 * - `blocked`: the destination refuses everybody until a person does something; retried as well.
 * - `stopped`: the lane does no more work: it was shut down, or its dead letters cannot be written.
 */
export type LaneState = "delivering" | "idle" | "retrying" | "blocked" | "stopped";

/** How far one lane is in one audit file. */
export interface FileProgress {
  readonly name: string;
  readonly sizeBytes: number;
  /** Every line before it has its final fate. */
  readonly deliveredOffset: number;
  /** Complete lines after `deliveredOffset`. */
  readonly lagBytes: number;
  /** An unfinished last line: it is no line yet, so it is not part of the lag. */
  readonly partialBytes: number;
}

/** What became of lines, counted since the start of the daemon. */
export interface FateCounts {
  readonly stored: number;
  readonly duplicate: number;
  readonly deadLetter: number;
  /** Skipped by rule. */
  readonly skipped: number;
}

/** Observations since the start of the daemon, counted by size. */
export interface Histogram {
  /** Inclusive upper bounds of the buckets, ascending. */
  readonly bounds: readonly number[];
  /** Observations in each bucket alone; one more than `bounds`, the last for all that is above. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** One lane at one moment. */
export interface LaneSnapshot {
  /** The name of its sink in the configuration; `local` for the embedded store. */
  readonly name: string;
  /** The kind of its sink: `opensearch`, `store`. */
  readonly type: string;
  readonly state: LaneState;
  readonly files: readonly FileProgress[];
  /** Age of the oldest line without a fate, since the daemon first saw it; 0 if there is none. */
  readonly oldestUnackedSeconds: number;
  /** Dead letters that are kept for this sink at present. */
  readonly deadLetters: number;
  /** The last failure since the last success, without contents of lines and without secrets. */
  readonly lastError: string | undefined;
  readonly linesRead: number;
  readonly fates: FateCounts;
  /** Lines that were read and have no fate yet. */
  readonly inFlightLines: number;
  /** Attempts that have to be repeated, by the label that the sink gave as the reason. */
  readonly retries: Readonly<Record<string, number>>;
  /** Sizes of delivered payloads in bytes. */
  readonly batchBytes: Histogram;
  /** How long deliveries took, in seconds. */
  readonly deliverSeconds: Histogram;
}
