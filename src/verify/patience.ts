/** Asks a destination again where it could not answer just now, but not for ever: a person waits for the proof. */
import { backoffMs } from "../lane/backoff.ts";
import { PresenceFault } from "../sinks/presence.ts";
import type { Clock } from "../system/clock.ts";
import type { Random } from "../system/random.ts";

const ATTEMPTS_MAX = 5;
const PAUSES = { initialMs: 500, maxMs: 5000 };
/** A destination that wants to be left alone for longer is not waited for. */
const RETRY_AFTER_MAX_MS = 10_000;

export interface PatiencePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** What `ask` gives, at the fifth attempt at the latest. Rejects with the last `PresenceFault`. */
export async function askPatiently<Answer>(
  ask: () => Promise<Answer>,
  { clock, random, signal }: PatiencePorts,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PresenceFault) || !error.isPassing || attempt === ATTEMPTS_MAX) throw error;
      if (error.retryAfterMs > RETRY_AFTER_MAX_MS || signal.aborted) throw error;
      await clock.sleep(backoffMs(PAUSES, attempt, random.next(), error.retryAfterMs), signal);
    }
  }
}
