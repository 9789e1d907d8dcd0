/** What a lane counts: once, here, for all sinks. */
import type { FateCounts, Histogram, LaneSnapshot } from "./snapshot.ts";

const BYTES_BOUNDS = [1e3, 1e4, 1e5, 1e6, 2.5e6, 5e6, 1e7, 1e8];
const SECONDS_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

class ObservedHistogram implements Histogram {
  readonly bounds: readonly number[];
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const found = this.bounds.findIndex((bound) => value <= bound);
    const bucket = found < 0 ? this.bounds.length : found;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

export type Fate = keyof FateCounts;

export class LaneCounters {
  readonly fates: Record<Fate, number> = { stored: 0, duplicate: 0, deadLetter: 0, skipped: 0 };
  readonly retries: Record<string, number> = {};
  readonly batchBytes = new ObservedHistogram(BYTES_BOUNDS);
  readonly deliverSeconds = new ObservedHistogram(SECONDS_BOUNDS);
  linesRead = 0;
  /** Lines that were read and have no fate: counted on their own, so that the books can be checked. */
  inFlightLines = 0;

  /** Lines left the tail. */
  read(lines: number): void {
    this.linesRead += lines;
    this.inFlightLines += lines;
  }

  /** Lines got their final fate. */
  settled(fate: Fate, lines: number): void {
    this.fates[fate] += lines;
    this.inFlightLines -= lines;
  }

  /** An attempt must be repeated. */
  retry(reason: string): void {
    this.retries[reason] = (this.retries[reason] ?? 0) + 1;
  }
  /** The part of the lane's snapshot that is counted here. */
  snapshot(): Pick<
    LaneSnapshot,
    "linesRead" | "inFlightLines" | "fates" | "retries" | "batchBytes" | "deliverSeconds"
  > {
    const { linesRead, inFlightLines, fates, retries, batchBytes, deliverSeconds } = this;
    return {
      linesRead,
      inFlightLines,
      fates: { ...fates },
      retries: { ...retries },
      batchBytes,
      deliverSeconds,
    };
  }
}
