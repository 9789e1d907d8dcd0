/**
 * A start that is tried until it works: a sidecar that ends because of its own configuration would take the pod of the
 * memory service out of its endpoints.
 */
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { ExitCode, Terminal } from "./command.ts";

/** Why a start failed, in words, and the exit code that stands for it. */
export interface StartProblem {
  readonly code: ExitCode;
  readonly message: string;
}

const PAUSE_MS = 5000;

/** Resolves with the exit code of the first start that works, or with 0 once SIGINT or SIGTERM comes before. */
export async function keepTrying(
  start: () => Promise<ExitCode | StartProblem>,
  terminal: Pick<Terminal, "onSignal">,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<ExitCode> {
  const stop = new AbortController();
  const undo = (["SIGINT", "SIGTERM"] as const).map((one) => terminal.onSignal(one, () => stop.abort()));
  let said: string | undefined;
  try {
    for (;;) {
      const ended = await start();
      if (typeof ended === "number") return ended;
      if (ended.message !== said)
        log.error(
          { problem: ended.message },
          "cannot start: trying again until it can; nothing is delivered",
        );
      said = ended.message;
      await clock.sleep(PAUSE_MS, stop.signal);
      if (stop.signal.aborted) return 0;
    }
  } finally {
    for (const forget of undo) forget();
  }
}
