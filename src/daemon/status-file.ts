/**
 * What the daemon tells about itself to those who cannot ask it over HTTP: `status` reads this file, with the
 * daemon up or down. It is also its sign of life.
 */
import { z } from "zod";
import type { Clock } from "../system/clock.ts";
import type { Files } from "../system/files.ts";
import type { Log } from "../system/log.ts";
import type { DaemonView } from "./status-report.ts";

const LOOK_EVERY_MS = 2000;

/** A status that does not change is written so seldom: each write is synced to the disk. */
const WRITE_EVERY_MS = 10_000;

/** A daemon that has not written for so long is not well. */
const ALIVE_MS = 30_000;

const schema = z.object({
  updated_ms: z.number(),
  lanes: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      last_error: z.string().nullable(),
      /** When the oldest line without a fate was first seen; null if there is none. */
      unacked_since_ms: z.number().nullable(),
    }),
  ),
});

export type SavedStatus = z.output<typeof schema>;

/** Writes the status when it changes, and as a sign of life, until `signal` aborts, and once more then. */
export async function keepStatusFile(
  path: string,
  view: DaemonView,
  signal: AbortSignal,
  ports: { readonly files: Files; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const { files, clock, log } = ports;
  let isFailing = false;
  let written = { lanes: "", atMs: Number.NEGATIVE_INFINITY };
  for (let isLast = false; !isLast; ) {
    isLast = signal.aborted;
    const status = statusOf(view, clock.nowMs());
    const now = { lanes: JSON.stringify(status.lanes), atMs: clock.monotonicMs() };
    const isDue = isLast || now.lanes !== written.lanes || now.atMs - written.atMs >= WRITE_EVERY_MS;
    try {
      if (isDue) {
        await files.replace(path, `${JSON.stringify(status)}\n`);
        written = now;
      }
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        log.warn({ path, cause: String(error) }, "the status file cannot be written; delivery goes on");
      isFailing = true;
    }
    if (!isLast) await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** The status last written; undefined if there is none or it cannot be read. */
export async function readStatusFile(path: string, files: Files): Promise<SavedStatus | undefined> {
  try {
    const content = await files.readWhole(path);
    return content === undefined ? undefined : schema.parse(JSON.parse(content.toString()));
  } catch {
    return undefined;
  }
}

/** True if a daemon is at work: it wrote its status lately, and did not say that it stops. */
export function isAlive(status: SavedStatus | undefined, nowMs: number): boolean {
  if (status === undefined || Math.abs(nowMs - status.updated_ms) > ALIVE_MS) return false;
  return !status.lanes.some(({ state }) => state === "stopped");
}

function statusOf(view: DaemonView, nowMs: number): SavedStatus {
  return {
    updated_ms: nowMs,
    lanes: view.lanes().map(({ name, state, lastError, oldestUnackedSeconds }) => ({
      name,
      state,
      last_error: lastError ?? null,
      unacked_since_ms: oldestUnackedSeconds > 0 ? Math.round(nowMs - oldestUnackedSeconds * 1000) : null,
    })),
  };
}
