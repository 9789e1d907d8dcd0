/**
 * Brings minutes that were kept over a restart to what the embedded store says.
 *
 * The store commits its sums with the lines, minutes are saved a little later: after a crash the store knows of
 * lines that no minute has. Its buckets say how many there were in which quarter of an hour.
 */
import { BUCKET_MS } from "../store/bucket.ts";
import type { UsageSource } from "../usage/source.ts";
import type { MinuteCounts } from "./minute-counts.ts";
import { sumsOf } from "./sums.ts";

/** Minutes further back are part of no window that is still to be judged. */
const RECOUNTED_MS = 2 * 60 * 60 * 1000;

/**
 * Adds to `counts` what was lost with a crash: to the last minute counted of its quarter, after which the lost lines
 * came. Resolves false if there were lines a good while after the counts were saved: then nobody was counting, and
 * nothing before now can be judged.
 */
export async function recount(
  counts: MinuteCounts,
  source: UsageSource,
  savedMs: number,
  nowMs: number,
): Promise<boolean> {
  const lastSaved = Math.floor(savedMs / BUCKET_MS) * BUCKET_MS;
  const first = Math.floor((nowMs - RECOUNTED_MS) / BUCKET_MS) * BUCKET_MS;
  for (let startMs = first; startMs <= nowMs; startMs += BUCKET_MS) {
    const endMs = startMs + BUCKET_MS;
    const stored = await sumsOf(source, startMs, endMs);
    const counted = counts.sum(startMs, endMs);
    const lost = {
      requests: Math.max(0, stored.requests - counted.requests),
      errors: Math.max(0, stored.errors - counted.errors),
    };
    if (lost.requests === 0 && lost.errors === 0) continue;
    if (startMs > lastSaved + BUCKET_MS) return false;
    counts.add(counts.lastCountedMs(startMs, endMs) ?? startMs, lost);
  }
  return true;
}
