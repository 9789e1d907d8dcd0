/** Deletes bodies of old days from the folder of this machine, once a day. Buckets do so themselves. */
import type { Config } from "../config/load.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { openFileBodyStore } from "./bodies.ts";

const DAY_MS = 86_400_000;

/** Works until `signal` aborts; resolves at once if nothing is to be deleted. What fails is told, and tried the next day. */
export async function keepBodyRetention(
  config: Pick<Config, "bodies" | "state_dir">,
  signal: AbortSignal,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const { bodies } = config;
  if (bodies?.store !== "file" || bodies.retention_days === undefined) return;
  const store = openFileBodyStore(bodies, config, clock);
  while (!signal.aborted) {
    try {
      const { deleted, left } = await store.deleteOlderThan(bodies.retention_days);
      if (deleted.length > 0) log.info({ days: deleted }, "deleted the bodies of old days");
      if (left.length > 0)
        log.warn({ days: left }, "these days of the bodies hold something else, which is not deleted");
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      log.error({ cause }, "bodies of old days cannot be deleted; delivery goes on, trying again in a day");
    }
    await clock.sleep(DAY_MS, signal);
  }
}
